-- How photos are related by comparing them pixel by pixel. Only adds.

-- One row a pair, once and for good: the same two photos give the same answer. A comparison that failed is
-- a row too, `unknown` with its reason.
CREATE TABLE comparisons (
    photo_id      TEXT   NOT NULL,  -- an evidence photo; of two of them the later upload
    other_id      TEXT   NOT NULL,  -- a report's photo, or an earlier evidence
    relation      TEXT   NOT NULL,  -- identical | edited_copy | same_scene | unrelated | unknown
    reason        TEXT,             -- a stable code, where it is unknown
    confidence    DOUBLE PRECISION NOT NULL, -- 0 to 1
    aligned       DOUBLE PRECISION, -- share of the photo that the other shows, changed or not, 0 to 1
    aligned_other DOUBLE PRECISION, -- share of the other that the photo shows
    changed       DOUBLE PRECISION, -- share of the other that the photo shows otherwise
    found         TEXT,             -- JSON: all of the answer, with transform and changed regions
    method        TEXT   NOT NULL,  -- what compared them, with its version
    compared_at   BIGINT NOT NULL,
    PRIMARY KEY (photo_id, other_id)
);
CREATE INDEX comparisons_of ON comparisons (other_id);
