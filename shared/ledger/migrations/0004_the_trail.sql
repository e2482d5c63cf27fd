-- The trail: what Jaga did about a ticket, append-only and chained; and by which rules a ticket's
-- deadlines were computed, so that a change of them finds every one that is stale.

-- One row per warning, escalation, re-dating and verdict, written with it in one transaction.
CREATE TABLE audit (
    ticket_id TEXT   NOT NULL,
    seq       BIGINT NOT NULL, -- from 1 without a gap; the key keeps two writers from forking a chain
    at        BIGINT NOT NULL,
    kind      TEXT   NOT NULL, -- genesis | warn | escalate | re_date | verdict
    body      TEXT   NOT NULL, -- what, as canonical JSON: sorted keys, no spaces
    previous  TEXT   NOT NULL, -- hash of the row before; 64 zeros for the first
    hash      TEXT   NOT NULL, -- BLAKE3 over all of the above
    PRIMARY KEY (ticket_id, seq)
);

-- What was done once: 'genesis', when the trail has taken in what was before it.
CREATE TABLE marks (
    name TEXT   NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);

-- The trail's head, held against its last row; and the deadlines as they were last computed.
ALTER TABLE tickets ADD COLUMN audit_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN audit_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN due TEXT;               -- JSON: target -> [due_at, version, 1 while it runs]
ALTER TABLE tickets ADD COLUMN rules TEXT;             -- digest of the policies and calendars they were computed by
ALTER TABLE tickets ADD COLUMN re_dated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN hops BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN reopened BIGINT NOT NULL DEFAULT 0;

-- A level is told once per version of its deadline. SQLite can't change a key, so the table is made anew;
-- roles.sql gives the rights to it, and to the new tables, after every migration.
CREATE TABLE actions_4 (
    ticket_id TEXT   NOT NULL,
    target    TEXT   NOT NULL,
    kind      TEXT   NOT NULL, -- warn | escalate
    level     BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    deadline  TEXT   NOT NULL, -- version of the deadline it was written under
    reason    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, target, kind, level, deadline)
);
INSERT INTO actions_4 (ticket_id, target, kind, level, due_at, deadline, reason, at)
    SELECT ticket_id, target, kind, level, due_at, deadline, reason, at FROM actions;
DROP TABLE actions;
ALTER TABLE actions_4 RENAME TO actions;

ALTER TABLE sweeps ADD COLUMN kind TEXT NOT NULL DEFAULT 'due'; -- due | full
ALTER TABLE sweeps ADD COLUMN re_dated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sweeps ADD COLUMN rules TEXT;
CREATE INDEX sweeps_full ON sweeps (started_at) WHERE kind = 'full';

-- A night's lists, once per night and unit ('' for tickets nobody holds, '*' for the city).
CREATE TABLE nights (
    night TEXT NOT NULL,
    unit  TEXT NOT NULL,
    body  TEXT NOT NULL, -- the event's payload as JSON
    PRIMARY KEY (night, unit)
);
