-- What else one hand (an officer, else a unit) closed, and what the files of its evidence say: the
-- surroundings that a verdict may rest on. Only adds: of closures and photos from before it is unknown.

ALTER TABLE closures ADD COLUMN unit TEXT;
ALTER TABLE closures ADD COLUMN officer TEXT;  -- the CRM's handle
ALTER TABLE closures ADD COLUMN note TEXT;     -- BLAKE3 of the note without case, marks and numbers; NULL: none
CREATE INDEX closures_unit ON closures (unit, proposed_at);
CREATE INDEX closures_officer ON closures (officer, proposed_at) WHERE officer IS NOT NULL;
CREATE INDEX closures_note ON closures (note, proposed_at) WHERE note IS NOT NULL;

-- The photos that a closure offers as proof.
CREATE TABLE closure_photos (
    closure_id TEXT NOT NULL,
    photo_id   TEXT NOT NULL,
    PRIMARY KEY (closure_id, photo_id)
);

-- What the file of an evidence photo says beyond its columns, as JSON; of report photos never.
ALTER TABLE photos ADD COLUMN traces TEXT;

-- Reports of one kind close to a point: a band of latitude is a narrow strip of the city.
CREATE INDEX tickets_kind ON tickets (category, point_lat) WHERE point_lat IS NOT NULL;
