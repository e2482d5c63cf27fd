-- What became of a closure: whether the city refused it, whether the reporter had it opened again. Counted
-- over a hand's own past. Only adds.

ALTER TABLE closures ADD COLUMN refused_at BIGINT;  -- when it was first refused; NULL: it was not
ALTER TABLE closures ADD COLUMN disputed_at BIGINT; -- when the reporter first had it opened again
ALTER TABLE closures ADD COLUMN followed BIGINT;    -- 1: the two above are kept. NULL of closures from before: unknown

-- The city's closures of some weeks.
CREATE INDEX closures_when ON closures (proposed_at) WHERE followed = 1;
