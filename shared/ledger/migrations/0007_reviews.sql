-- What people said of closures: reviewers' decisions and officers' answers. Only adds.

-- One row each, never changed; of several decisions the newest counts.
CREATE TABLE reviews (
    closure_id TEXT   NOT NULL,
    seq        BIGINT NOT NULL, -- from 1 without a gap; the key keeps two writers apart
    ticket_id  TEXT   NOT NULL,
    at         BIGINT NOT NULL, -- by the database's clock
    made_by    TEXT   NOT NULL, -- a name that the reviewers' office gives; opaque here
    kind       TEXT   NOT NULL, -- decision | answer
    decision   TEXT,            -- genuine | fake | unclear; NULL of an answer
    words      TEXT   NOT NULL, -- the reviewer's note, or the officer's answer
    revision   BIGINT NOT NULL, -- the verdict that stood then,
    verdict    TEXT   NOT NULL,
    rules      TEXT   NOT NULL, -- the rules' version that it rested on,
    sample     BIGINT,          -- and whether chance had drawn it; NULL: not on record
    PRIMARY KEY (closure_id, seq)
);
CREATE INDEX reviews_of ON reviews (ticket_id);

-- 1: clear, and drawn by chance for a review. NULL of verdicts from before this was kept.
ALTER TABLE verdicts ADD COLUMN sample BIGINT;
