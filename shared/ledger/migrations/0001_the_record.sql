-- The record, first version. One text for SQLite and PostgreSQL: TEXT, BIGINT, DOUBLE PRECISION and
-- BLOB only (on PostgreSQL `blob` is a domain over bytea, made before the first migration).
-- Every instant is BIGINT: microseconds since 1970-01-01T00:00:00Z.

-- What each worker has taken from the bus. `attempts` counts work that was started and not given
-- back: it is committed before the dangerous step, so that a crash names its message.
CREATE TABLE inbox (
    worker      TEXT   NOT NULL,
    message_id  TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- claimed | waiting | done | parked
    attempts    BIGINT NOT NULL,
    first_seen  BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    holder      TEXT   NOT NULL, -- random per claim
    lease_until BIGINT NOT NULL, -- renewed while the holder works; past = the holder is dead
    finished_at BIGINT,
    PRIMARY KEY (worker, message_id)
);

-- What must be published. Written with the state it tells of, in one transaction.
CREATE TABLE outbox (
    event_id    TEXT   NOT NULL PRIMARY KEY,
    exchange    TEXT   NOT NULL, -- crm | jaga | '' (straight to the queue named by routing_key)
    routing_key TEXT   NOT NULL,
    body        BLOB   NOT NULL,
    created_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL, -- later than created_at for a delayed retry
    taken_until BIGINT NOT NULL, -- a relay works on it until then
    sent_at     BIGINT
);
-- Never scanned by `id > last`: rows commit out of order and would be skipped.
CREATE INDEX outbox_unsent ON outbox (due_at) WHERE sent_at IS NULL;

-- What was put aside, with the bytes as they came.
CREATE TABLE parked (
    parked_id  TEXT   NOT NULL PRIMARY KEY,
    worker     TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    reason     TEXT   NOT NULL, -- a stable code
    detail     TEXT   NOT NULL, -- for people, without a reporter's data
    body       BLOB   NOT NULL,
    attempts   BIGINT NOT NULL,
    state      TEXT   NOT NULL, -- parked | replayed | dropped
    parked_at  BIGINT NOT NULL
);
CREATE INDEX parked_open ON parked (parked_at) WHERE state = 'parked';

-- What happened to it since; append-only.
CREATE TABLE parked_history (
    parked_id TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    what      TEXT   NOT NULL, -- parked | replayed | dropped
    detail    TEXT   NOT NULL
);
CREATE INDEX parked_history_of ON parked_history (parked_id, at);

-- A ticket's history; append-only.
CREATE TABLE ticket_steps (
    event_id    TEXT   NOT NULL PRIMARY KEY,
    ticket_id   TEXT   NOT NULL,
    occurred_at BIGINT NOT NULL,
    body        TEXT   NOT NULL, -- contract::TicketChanged as JSON
    received_at BIGINT NOT NULL
);
CREATE INDEX ticket_steps_of ON ticket_steps (ticket_id);

-- What the history amounts to; always recomputable from it.
CREATE TABLE tickets (
    ticket_id    TEXT   NOT NULL PRIMARY KEY,
    state        TEXT   NOT NULL,
    submitted_at BIGINT,
    channel      TEXT,
    category     TEXT,
    withheld     BIGINT NOT NULL, -- 1: private or secret, or not yet known
    point_lat    DOUBLE PRECISION,
    point_lon    DOUBLE PRECISION,
    kelurahan    TEXT,
    owner        TEXT,
    next_at      BIGINT,          -- when a sweep must look again
    ended_at     BIGINT,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX tickets_next ON tickets (next_at) WHERE next_at IS NOT NULL;

-- Warnings and escalations. The key is the promise: once each.
CREATE TABLE actions (
    ticket_id TEXT   NOT NULL,
    target    TEXT   NOT NULL,
    kind      TEXT   NOT NULL, -- warn | escalate
    level     BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    deadline  TEXT   NOT NULL, -- version of the deadline it was written under
    reason    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, target, kind, level)
);

CREATE TABLE sweeps (
    sweep_id    TEXT   NOT NULL PRIMARY KEY,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT,
    seen        BIGINT NOT NULL,
    warned      BIGINT NOT NULL,
    escalated   BIGINT NOT NULL,
    errors      BIGINT NOT NULL
);

-- Who sweeps. Saves work, guards nothing: the keys of `actions` guard.
CREATE TABLE leases (
    name       TEXT   NOT NULL PRIMARY KEY,
    holder     TEXT   NOT NULL,
    term       BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

CREATE TABLE photos (
    photo_id        TEXT   NOT NULL PRIMARY KEY,
    ticket_id       TEXT   NOT NULL,
    role            TEXT   NOT NULL, -- report | evidence
    outcome         TEXT   NOT NULL, -- processed | rejected | parked
    reason          TEXT,
    format          TEXT,
    method          TEXT,
    width           BIGINT,
    height          BIGINT,
    upload_digest   TEXT,
    pixel_digest    TEXT,
    clean_digest    TEXT,
    clean_key       TEXT,
    captured_at     BIGINT,
    captured_zoned  BIGINT,          -- 1: captured_at is an instant; 0: the phone's wall clock read as Jakarta time
    place_verdict   TEXT,
    place_kelurahan TEXT,
    distance_m      DOUBLE PRECISION,
    lat             DOUBLE PRECISION, -- of evidence photos only
    lon             DOUBLE PRECISION,
    marks           TEXT   NOT NULL,  -- JSON list of provenance marks
    removed         TEXT   NOT NULL,  -- JSON list of {carrier, bytes}: kinds, never values
    uploaded_at     BIGINT NOT NULL,
    finished_at     BIGINT NOT NULL
);
CREATE INDEX photos_of ON photos (ticket_id);
CREATE INDEX photos_upload ON photos (upload_digest);
CREATE INDEX photos_pixels ON photos (pixel_digest);

CREATE TABLE renditions (
    photo_id TEXT   NOT NULL,
    width    BIGINT NOT NULL,
    height   BIGINT NOT NULL,
    key      TEXT   NOT NULL,
    PRIMARY KEY (photo_id, width, height)
);

CREATE TABLE fingerprints (
    photo_id TEXT   NOT NULL PRIMARY KEY,
    pdq      BLOB   NOT NULL, -- 32 bytes
    quality  BIGINT NOT NULL  -- 0 to 100
);

CREATE TABLE verdicts (
    closure_id TEXT   NOT NULL,
    revision   BIGINT NOT NULL, -- from 1; a new one only when the outcome differs
    ticket_id  TEXT   NOT NULL,
    verdict    TEXT   NOT NULL,
    score      BIGINT NOT NULL,
    signals    TEXT   NOT NULL, -- JSON
    facts      TEXT   NOT NULL, -- JSON: what it was judged on
    rules      TEXT   NOT NULL,
    judged_at  BIGINT NOT NULL,
    PRIMARY KEY (closure_id, revision)
);
CREATE INDEX verdicts_of ON verdicts (ticket_id);

-- Proposed closures, from the history; `revision` is the newest verdict's, 0 before the first.
CREATE TABLE closures (
    closure_id  TEXT   NOT NULL PRIMARY KEY, -- the event id of the step that proposed it
    ticket_id   TEXT   NOT NULL,
    proposed_at BIGINT NOT NULL,
    revision    BIGINT NOT NULL
);
CREATE INDEX closures_unjudged ON closures (proposed_at) WHERE revision = 0;
CREATE INDEX closures_of ON closures (ticket_id);
