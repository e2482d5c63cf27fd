-- What photos look like, in several kinds, and which show the same picture. Only adds.

-- What is numbered in the order of its commits. Who takes a number holds the row until the commit, so
-- that number n is visible to all before n + 1 is given: who goes on from the last number skips nothing.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('looks', 0);

-- The number of a photo's fingerprints. NULL: written by a binary from before, not numbered yet.
ALTER TABLE fingerprints ADD COLUMN seq BIGINT;
-- Fingerprints of parts of the picture: kind, quality and 32 bytes each; NULL of photos from before.
ALTER TABLE fingerprints ADD COLUMN more BLOB;
CREATE UNIQUE INDEX fingerprints_seq ON fingerprints (seq);
CREATE INDEX fingerprints_unnumbered ON fingerprints (photo_id) WHERE seq IS NULL;

-- Fingerprints that were erased: the number they had, so that every memory that holds them lets go.
CREATE TABLE erasures (
    seq  BIGINT NOT NULL PRIMARY KEY, -- of the same numbers
    gone BIGINT NOT NULL
);

-- Pairs of photos that show the same picture, found when the later of them was committed.
CREATE TABLE likenesses (
    photo_id  TEXT   NOT NULL, -- the later
    other_id  TEXT   NOT NULL,
    kind      TEXT   NOT NULL, -- bytes | pixels | near
    tier      TEXT   NOT NULL, -- duplicate | similar
    transform TEXT   NOT NULL, -- none | mirrored | banded | cropped
    distance  BIGINT NOT NULL, -- bits of 256
    quality   BIGINT NOT NULL, -- of the poorer of the two fingerprints, 0 to 100
    PRIMARY KEY (photo_id, other_id)
);
CREATE INDEX likenesses_of ON likenesses (other_id);
