-- The texts of the rules that were last found sound: what stays in force when a worker starts and the
-- files of the day are not. Only adds.
CREATE TABLE rules_kept (
    name     TEXT   NOT NULL PRIMARY KEY, -- deadlines | closure
    version  TEXT   NOT NULL,             -- as it stands in sweeps and verdicts
    texts    TEXT   NOT NULL,             -- JSON: the file's part -> its text; a part that is built in is left out
    taken_at BIGINT NOT NULL              -- by the database's clock
);
