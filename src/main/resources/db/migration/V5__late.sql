-- Operations that are applied outside the order of their lane: those that were parked, and those that are retried. One row is
-- a unit: operations of one part that stand or fall together ("operation" is the first of them); all of an atomic part, else a
-- single one. The fence is the key in the store's "applied" (store-protocol 1): lane, position, operation, revision; leases
-- here only save work. What waits for something that is not there is paused, and nothing is written about it in the store.
CREATE TABLE tidegate_queue.late (
    store        text        NOT NULL,
    lane         uuid        NOT NULL,
    position     bigint      NOT NULL,
    operation    integer     NOT NULL,
    -- the highest revision so far, in the store and here, and one
    revision     integer     NOT NULL CHECK (revision > 0),
    operations   integer[]   NOT NULL CHECK (cardinality(operations) > 0),
    caller       text        NOT NULL,
    batch_id     uuid        NOT NULL,
    reason       text        NOT NULL CHECK (reason IN ('parked', 'retried')),
    -- operations as they were corrected, by index, or null: as they were sent
    corrected    json,
    state        text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'settled')),
    since        timestamptz NOT NULL DEFAULT now(),
    -- until when it may wait for objects that are not there
    patient_until timestamptz NOT NULL,
    -- those that failed for a reason of its own
    attempts     integer     NOT NULL DEFAULT 0,
    leased_by    uuid,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    paused_until timestamptz NOT NULL DEFAULT '-infinity',
    settled_at   timestamptz,
    PRIMARY KEY (store, lane, position, operation, revision),
    FOREIGN KEY (caller, batch_id) REFERENCES tidegate_queue.batch ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE INDEX late_waiting ON tidegate_queue.late (store, lane, position, operation) WHERE state = 'queued';
CREATE INDEX late_ready ON tidegate_queue.late (store, paused_until) WHERE state = 'queued';
CREATE INDEX late_batch ON tidegate_queue.late (batch_id, caller);

-- What a batch has come to, by its outcomes as they are kept now.
CREATE FUNCTION tidegate_queue.batch_state(p_caller text, p_batch uuid) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog
AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM tidegate_queue.part AS p
                      WHERE p.caller = p_caller AND p.batch_id = p_batch AND p.state = 'failed') THEN 'failed'
        WHEN EXISTS (SELECT FROM tidegate_queue.outcome AS o
                      WHERE o.caller = p_caller AND o.batch_id = p_batch
                        AND o.outcome IN ('rejected', 'conflict', 'parked')) THEN 'applied-with-errors'
        ELSE 'applied' END;
$$;

DROP FUNCTION tidegate_queue.settle(text, uuid, bigint, text, uuid, boolean, json);

-- Ends a part: its outcomes, its lane's progress, what of it is parked and for how many milliseconds it may wait, and the
-- state of its batch when this was the last part. False when that had been done before.
CREATE FUNCTION tidegate_queue.settle(
    p_store text, p_lane uuid, p_position bigint, p_caller text, p_batch uuid, p_failed boolean, p_outcomes json,
    p_patience bigint)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_changed boolean;
BEGIN
    -- The lane before the part, as intake and leases lock them; the batch last, shared by the parts of several stores.
    PERFORM FROM tidegate_queue.lane AS l WHERE l.store = p_store AND l.lane = p_lane FOR UPDATE;
    UPDATE tidegate_queue.part AS p SET state = CASE WHEN p_failed THEN 'failed' ELSE 'settled' END, settled_at = now()
     WHERE p.store = p_store AND p.lane = p_lane AND p.position = p_position AND p.state = 'queued';
    v_changed := FOUND;
    UPDATE tidegate_queue.lane AS l
       SET settled_position = greatest(l.settled_position, p_position), leased_by = NULL, leased_until = '-infinity',
           paused_until = '-infinity', delays = 0
     WHERE l.store = p_store AND l.lane = p_lane;
    IF NOT v_changed THEN
        RETURN false;
    END IF;

    PERFORM FROM tidegate_queue.batch AS b WHERE b.caller = p_caller AND b.batch_id = p_batch FOR UPDATE;
    IF json_array_length(p_outcomes) > 0 THEN
        PERFORM tidegate_queue.keep_outcomes(p_caller, p_batch, p_outcomes);
        INSERT INTO tidegate_queue.late (store, lane, position, operation, revision, operations, caller, batch_id, reason,
                                         patient_until)
        SELECT p_store, p_lane, p_position, min(w.index), 1, array_agg(w.index ORDER BY w.index), p_caller, p_batch, 'parked',
               clock_timestamp() + p_patience * interval '1 millisecond'
          FROM (SELECT (o ->> 'index')::integer AS index FROM json_array_elements(p_outcomes) AS o
                 WHERE o ->> 'outcome' = 'parked') AS w
          JOIN tidegate_queue.batch AS b ON b.caller = p_caller AND b.batch_id = p_batch
         GROUP BY CASE WHEN b.atomic THEN -1 ELSE w.index END
        ON CONFLICT DO NOTHING;
    END IF;
    UPDATE tidegate_queue.batch AS b
       SET settled_at = now(), state = tidegate_queue.batch_state(p_caller, p_batch)
     WHERE b.caller = p_caller AND b.batch_id = p_batch AND b.state = 'queued'
       AND NOT EXISTS (SELECT FROM tidegate_queue.part AS p
                        WHERE p.caller = p_caller AND p.batch_id = p_batch AND p.state = 'queued');
    RETURN true;
END;
$$;

-- Ends a late unit: the outcomes of its operations take the place of those that were kept, an error is kept for each that
-- could not be applied and forgotten for each that could, and the state of its batch is told anew. Elements of p_outcomes as
-- in keep_outcomes; an operation that is not among them was plainly applied. False when that had been done before.
-- Whoever ends several does so in the order of lane and position, as parts are settled.
CREATE FUNCTION tidegate_queue.settle_late(
    p_store text, p_lane uuid, p_position bigint, p_operation integer, p_revision integer, p_outcomes json)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_unit tidegate_queue.late%ROWTYPE;
BEGIN
    UPDATE tidegate_queue.late AS l SET state = 'settled', settled_at = now(), leased_by = NULL, leased_until = '-infinity'
     WHERE l.store = p_store AND l.lane = p_lane AND l.position = p_position AND l.operation = p_operation
       AND l.revision = p_revision AND l.state = 'queued'
    RETURNING l.* INTO v_unit;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    PERFORM FROM tidegate_queue.batch AS b WHERE b.caller = v_unit.caller AND b.batch_id = v_unit.batch_id FOR UPDATE;
    DELETE FROM tidegate_queue.outcome AS o
     WHERE o.caller = v_unit.caller AND o.batch_id = v_unit.batch_id AND o.index = ANY(v_unit.operations);
    INSERT INTO tidegate_queue.outcome (caller, batch_id, index, outcome, problem, current)
    SELECT v_unit.caller, v_unit.batch_id, (o ->> 'index')::integer, o ->> 'outcome', o -> 'problem', o -> 'current'
      FROM json_array_elements(p_outcomes) AS o;

    DELETE FROM tidegate_queue.error AS e
     WHERE e.caller = v_unit.caller AND e.batch_id = v_unit.batch_id AND e.index = ANY(v_unit.operations)
       AND NOT EXISTS (SELECT FROM tidegate_queue.outcome AS o
                        WHERE o.caller = e.caller AND o.batch_id = e.batch_id AND o.index = e.index
                          AND o.outcome IN ('rejected', 'conflict'));
    INSERT INTO tidegate_queue.error (caller, client_id, batch_id, index, operation, problem, current)
    SELECT o.caller, b.client_id, o.batch_id, o.index, b.operations -> o.index, o.problem, o.current
      FROM tidegate_queue.outcome AS o
      JOIN tidegate_queue.batch AS b ON b.caller = o.caller AND b.batch_id = o.batch_id
     WHERE o.caller = v_unit.caller AND o.batch_id = v_unit.batch_id AND o.index = ANY(v_unit.operations)
       AND o.outcome IN ('rejected', 'conflict')
     ORDER BY o.index
    ON CONFLICT (caller, batch_id, index) DO UPDATE
       SET problem = excluded.problem, current = excluded.current, at = now();

    -- A part that was given up and of which nothing is left that could not be applied is no failure any more.
    UPDATE tidegate_queue.part AS p SET state = 'settled'
     WHERE p.store = v_unit.store AND p.lane = v_unit.lane AND p.position = v_unit.position AND p.state = 'failed'
       AND NOT EXISTS (SELECT FROM tidegate_queue.outcome AS o
                        WHERE o.caller = v_unit.caller AND o.batch_id = v_unit.batch_id AND o.index = ANY(p.operations)
                          AND o.outcome IN ('rejected', 'conflict', 'parked'));
    UPDATE tidegate_queue.batch AS b SET state = tidegate_queue.batch_state(v_unit.caller, v_unit.batch_id)
     WHERE b.caller = v_unit.caller AND b.batch_id = v_unit.batch_id AND b.state NOT IN ('queued', 'discarded');
    RETURN true;
END;
$$;

-- As before, but a batch of which something is still to be applied is passed over.
CREATE OR REPLACE FUNCTION tidegate_queue.forget(
    p_age interval, p_from timestamptz, p_most integer, OUT seen bigint, OUT forgotten bigint, OUT reached timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'746964666F726765'::bigint) THEN
        seen := 0;
        forgotten := 0;
        RETURN;
    END IF;
    WITH old AS (
        SELECT b.caller, b.batch_id, b.settled_at FROM tidegate_queue.batch AS b
         WHERE b.settled_at > p_from AND b.settled_at < now() - p_age
         ORDER BY b.settled_at LIMIT p_most FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM tidegate_queue.batch AS b USING old AS o
         WHERE b.caller = o.caller AND b.batch_id = o.batch_id
           AND NOT EXISTS (SELECT FROM tidegate_queue.error AS e WHERE e.caller = b.caller AND e.batch_id = b.batch_id)
           AND NOT EXISTS (SELECT FROM tidegate_queue.late AS l
                            WHERE l.caller = b.caller AND l.batch_id = b.batch_id AND l.state = 'queued')
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM gone), (SELECT max(o.settled_at) FROM old AS o)
      INTO seen, forgotten, reached;
END;
$$;
