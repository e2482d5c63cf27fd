-- One role per worker, each with no more than it needs: escalation can't read photos, photo can't
-- read a ticket's history. Run by the owner after `jaga migrate`; may run again at any time.
-- The roles have no password here: set-passwords.sh or the city's own way gives them one.

SET client_min_messages = warning;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['jaga_intake', 'jaga_photo', 'jaga_closure', 'jaga_escalation', 'jaga_relay',
                               'jaga_review']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
        -- A statement, a lock or a forgotten transaction may never hold a worker for ever.
        EXECUTE format('ALTER ROLE %I SET statement_timeout = ''30s''', name);
        EXECUTE format('ALTER ROLE %I SET lock_timeout = ''10s''', name);
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', name);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', name);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
        -- The version of the schema: workers wait for the migration.
        EXECUTE format('GRANT SELECT ON _sqlx_migrations TO %I', name);
    END LOOP;
END
$$;

-- What every consumer does: claim a message, ask for a retry or tell a result, put aside.
GRANT SELECT, INSERT, UPDATE ON inbox, outbox, parked TO jaga_intake, jaga_photo, jaga_closure;
GRANT SELECT, INSERT ON parked_history TO jaga_intake, jaga_photo, jaga_closure;

-- The rules that were last taken: what a start on files that are not sound falls back on.
GRANT SELECT, INSERT, UPDATE ON rules_kept TO jaga_intake, jaga_closure, jaga_escalation;

-- intake: the history and what it amounts to; which escalations were done, to know the next look.
GRANT SELECT, INSERT ON ticket_steps TO jaga_intake;
GRANT SELECT, INSERT, UPDATE ON tickets, closures TO jaga_intake;
GRANT SELECT, INSERT ON closure_photos TO jaga_intake;
GRANT SELECT ON actions TO jaga_intake;
GRANT SELECT, INSERT ON audit TO jaga_intake;

-- photo: what it found, and of the ticket only where it is and whether it is private.
GRANT SELECT ON tickets TO jaga_photo;
GRANT SELECT, INSERT, UPDATE ON photos, renditions, fingerprints TO jaga_photo;
GRANT SELECT, UPDATE ON counters TO jaga_photo;
GRANT SELECT, INSERT ON likenesses, comparisons TO jaga_photo;
GRANT SELECT ON erasures TO jaga_photo;
GRANT SELECT, INSERT ON layers TO jaga_photo;

-- closure: reads the case, locks its ticket (an insert or update), writes verdicts.
GRANT SELECT ON ticket_steps, photos, renditions, fingerprints TO jaga_closure;
GRANT SELECT ON likenesses, comparisons, closure_photos TO jaga_closure;
GRANT SELECT, INSERT, UPDATE ON tickets TO jaga_closure;
GRANT SELECT, INSERT ON verdicts, audit TO jaga_closure;
GRANT SELECT, UPDATE ON closures TO jaga_closure;

-- escalation: tickets, closures without a verdict, and what was done about them; no photo.
GRANT SELECT ON ticket_steps, closures TO jaga_escalation;
GRANT SELECT, UPDATE ON tickets TO jaga_escalation;
GRANT SELECT, INSERT ON actions, audit, nights, outbox TO jaga_escalation;
GRANT SELECT, INSERT, UPDATE ON sweeps, leases TO jaga_escalation;

-- review: who runs `jaga review`. Reads the case; adds decisions and answers, and their rows of the trail;
-- of the ticket it may move the trail's head and nothing else. No verdict, no history can be changed.
GRANT SELECT ON tickets, ticket_steps, closures, verdicts, photos, renditions, fingerprints, likenesses
    TO jaga_review;
GRANT SELECT, INSERT ON reviews, audit TO jaga_review;
GRANT UPDATE (audit_seq, audit_hash) ON tickets TO jaga_review;

-- relay: the outbox alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO jaga_relay;
