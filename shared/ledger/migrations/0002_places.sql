-- Where a photo was taken, judged by dated layers. Only adds: a verdict from before keeps its words
-- and its distance, and has no layer.

-- The version of the layer that was asked.
ALTER TABLE photos ADD COLUMN place_layer TEXT;
-- All of the verdict as JSON: codes, metres and names, no coordinates; of a report's photo in steps
-- of ten metres, for many exact ways add up to a position.
ALTER TABLE photos ADD COLUMN placed TEXT;

-- The address as the reporter wrote it, from the history.
ALTER TABLE tickets ADD COLUMN address TEXT;

-- Whose layers verdicts rest on: their credit is due for as long as the verdicts are shown, though the
-- layer itself may be gone from the configuration.
CREATE TABLE layers (
    version     TEXT   NOT NULL PRIMARY KEY,
    licence     TEXT   NOT NULL,
    attribution TEXT   NOT NULL,
    first_used  BIGINT NOT NULL
);
