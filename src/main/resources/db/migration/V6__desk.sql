-- The dead-letter desk: operations that could not be applied are found, retried and discarded, by their clients and by
-- operators. What is done there leaves a row in "audit", written by the same transaction.

-- What an operation was last changed to; what was sent stays in "operation".
ALTER TABLE tidegate_queue.error ADD COLUMN corrected json;

-- The order of listing, for all and by what is sought. Names that clients invent may be too long for an index.
CREATE UNIQUE INDEX error_order ON tidegate_queue.error (seq);
CREATE INDEX error_of_client ON tidegate_queue.error (client_id, seq);
CREATE INDEX error_of_batch ON tidegate_queue.error (batch_id, seq);
CREATE INDEX error_of_entity ON tidegate_queue.error (left(operation ->> 'entity', 200), seq);
CREATE INDEX error_of_code ON tidegate_queue.error ((problem ->> 'code'), seq);
CREATE INDEX error_since ON tidegate_queue.error (at);

-- Batches that an operator looks for by their state; nearly all others are plainly applied.
CREATE INDEX batch_in_trouble ON tidegate_queue.batch (state, caller, batch_id)
 WHERE state IN ('applied-with-errors', 'failed', 'discarded');

-- Who had an operation tried again, and what stood against it until then. How that retry ended stands in the next row, or,
-- for the last one, in the error itself.
CREATE TABLE tidegate_queue.retry (
    caller    text        NOT NULL,
    batch_id  uuid        NOT NULL,
    index     integer     NOT NULL,
    revision  integer     NOT NULL,
    actor     text        NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    -- one call that retried many
    run       uuid,
    -- to what the operation was changed with this retry
    corrected json,
    outcome   text        NOT NULL,
    problem   json        NOT NULL,
    ended_at  timestamptz NOT NULL,
    PRIMARY KEY (caller, batch_id, index, revision),
    FOREIGN KEY (caller, batch_id) REFERENCES tidegate_queue.batch ON DELETE CASCADE
);

-- Never deleted by the gateway. Holds names and ids, never what an operation writes.
CREATE TABLE tidegate_queue.audit (
    id        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text        NOT NULL,
    action    text        NOT NULL CHECK (action IN ('retry', 'discard')),
    error_id  uuid        NOT NULL,
    caller    text        NOT NULL,
    client_id uuid        NOT NULL,
    batch_id  uuid        NOT NULL,
    index     integer     NOT NULL,
    corrected boolean     NOT NULL,
    reason    text,
    filter    json
);

CREATE INDEX audit_actor ON tidegate_queue.audit (left(actor, 200), id);
CREATE INDEX audit_since ON tidegate_queue.audit (at);

-- Has one operation tried again outside the order of its lane; of an atomic batch all of them. p_owner: only one of this
-- caller's. p_corrected: what to try instead of what was tried last. p_wait: wait for who works on the batch just now. The
-- batch is locked before its errors, as whoever settles it does.
CREATE FUNCTION tidegate_queue.retry_error(
    p_error uuid, p_store text, p_corrected json, p_owner text,
    p_actor text, p_reason text, p_filter json, p_run uuid, p_patience interval, p_wait boolean)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog
-- Plans are cached, perhaps since the tables were empty.
SET enable_seqscan = off
AS $$
DECLARE
    v_error    tidegate_queue.error%ROWTYPE;
    v_part     tidegate_queue.part%ROWTYPE;
    v_atomic   boolean;
    v_unit     integer[];
    v_revision integer;
BEGIN
    SELECT e.* INTO v_error FROM tidegate_queue.error AS e
     WHERE e.error_id = p_error AND (p_owner IS NULL OR e.caller = p_owner);
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    IF p_wait THEN
        SELECT b.atomic INTO v_atomic FROM tidegate_queue.batch AS b
         WHERE b.caller = v_error.caller AND b.batch_id = v_error.batch_id FOR NO KEY UPDATE;
    ELSE
        SELECT b.atomic INTO v_atomic FROM tidegate_queue.batch AS b
         WHERE b.caller = v_error.caller AND b.batch_id = v_error.batch_id FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF NOT FOUND THEN
        RETURN 'busy';
    END IF;

    SELECT p.* INTO v_part FROM tidegate_queue.part AS p
     WHERE p.caller = v_error.caller AND p.batch_id = v_error.batch_id AND p.store = p_store;
    IF NOT FOUND THEN
        RETURN 'elsewhere';
    END IF;
    IF v_part.state = 'queued' THEN
        RETURN 'waiting';
    END IF;

    -- Statements after the lock: they see what the one before us committed.
    SELECT array_agg(u.index ORDER BY u.index) INTO v_unit
      FROM (SELECT e.index FROM tidegate_queue.error AS e
             WHERE e.caller = v_error.caller AND e.batch_id = v_error.batch_id
               AND CASE WHEN v_atomic THEN e.index = ANY(v_part.operations) ELSE e.index = v_error.index END
             ORDER BY e.index FOR UPDATE) AS u;
    IF v_unit IS NULL OR NOT v_error.index = ANY(v_unit) THEN
        RETURN 'gone';
    END IF;
    IF EXISTS (SELECT FROM tidegate_queue.late AS l
                WHERE l.caller = v_error.caller AND l.batch_id = v_error.batch_id
                  AND l.state = 'queued' AND l.operations && v_unit)
    THEN
        RETURN CASE WHEN EXISTS (SELECT FROM tidegate_queue.retry AS r
                                  WHERE r.caller = v_error.caller AND r.batch_id = v_error.batch_id
                                    AND r.index = v_error.index AND r.run = p_run)
                    THEN 'done' ELSE 'retrying' END;
    END IF;
    IF v_atomic AND cardinality(v_unit) < (
        SELECT count(*) FROM tidegate_queue.outcome AS o
         WHERE o.caller = v_error.caller AND o.batch_id = v_error.batch_id AND o.index = ANY(v_part.operations)
           AND o.outcome IN ('rejected', 'conflict'))
    THEN
        RETURN 'incomplete';
    END IF;

    SELECT coalesce(max(l.revision), 0) + 1 INTO v_revision FROM tidegate_queue.late AS l
     WHERE l.store = v_part.store AND l.lane = v_part.lane AND l.position = v_part.position AND l.operations && v_unit;
    INSERT INTO tidegate_queue.retry (caller, batch_id, index, revision, actor, run, corrected, outcome, problem, ended_at)
    SELECT e.caller, e.batch_id, e.index, v_revision, p_actor, p_run,
           CASE WHEN e.error_id = p_error THEN p_corrected END, coalesce(o.outcome, 'rejected'), e.problem,
           coalesce((SELECT max(l.settled_at) FROM tidegate_queue.late AS l
                      WHERE l.caller = e.caller AND l.batch_id = e.batch_id AND e.index = ANY(l.operations)), e.at)
      FROM tidegate_queue.error AS e
      LEFT JOIN tidegate_queue.outcome AS o ON o.caller = e.caller AND o.batch_id = e.batch_id AND o.index = e.index
     WHERE e.caller = v_error.caller AND e.batch_id = v_error.batch_id AND e.index = ANY(v_unit);
    UPDATE tidegate_queue.error AS e SET corrected = p_corrected
     WHERE e.error_id = p_error AND p_corrected IS NOT NULL;
    INSERT INTO tidegate_queue.late (
        store, lane, position, operation, revision, operations, caller, batch_id, reason, corrected, patient_until)
    VALUES (v_part.store, v_part.lane, v_part.position, v_unit[1], v_revision, v_unit, v_error.caller, v_error.batch_id,
            'retried',
            (SELECT json_object_agg(e.index, e.corrected) FROM tidegate_queue.error AS e
              WHERE e.caller = v_error.caller AND e.batch_id = v_error.batch_id AND e.index = ANY(v_unit)
                AND e.corrected IS NOT NULL),
            now() + p_patience);
    INSERT INTO tidegate_queue.audit (
        actor, action, error_id, caller, client_id, batch_id, index, corrected, reason, filter)
    SELECT p_actor, 'retry', e.error_id, e.caller, e.client_id, e.batch_id, e.index,
           e.error_id = p_error AND p_corrected IS NOT NULL, p_reason, p_filter
      FROM tidegate_queue.error AS e
     WHERE e.caller = v_error.caller AND e.batch_id = v_error.batch_id AND e.index = ANY(v_unit)
     ORDER BY e.index;
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN 'done';
END;
$$;

-- Forgets one operation that could not be applied, unless it is being retried. Whoever settles locks the error too, perhaps
-- together with others, so whoever discards many (not p_wait) passes over what is locked.
CREATE FUNCTION tidegate_queue.discard_error(
    p_error uuid, p_owner text, p_actor text, p_reason text, p_filter json, p_wait boolean)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog
-- Plans are cached, perhaps since the tables were empty.
SET enable_seqscan = off
AS $$
DECLARE
    v_error tidegate_queue.error%ROWTYPE;
BEGIN
    IF p_wait THEN
        SELECT e.* INTO v_error FROM tidegate_queue.error AS e
         WHERE e.error_id = p_error AND (p_owner IS NULL OR e.caller = p_owner) FOR UPDATE;
    ELSE
        SELECT e.* INTO v_error FROM tidegate_queue.error AS e
         WHERE e.error_id = p_error AND (p_owner IS NULL OR e.caller = p_owner) FOR UPDATE SKIP LOCKED;
    END IF;
    IF NOT FOUND THEN
        RETURN CASE WHEN EXISTS (SELECT FROM tidegate_queue.error AS e
                                  WHERE e.error_id = p_error AND (p_owner IS NULL OR e.caller = p_owner))
                    THEN 'busy' ELSE 'gone' END;
    END IF;
    IF EXISTS (SELECT FROM tidegate_queue.late AS l
                WHERE l.caller = v_error.caller AND l.batch_id = v_error.batch_id
                  AND l.state = 'queued' AND v_error.index = ANY(l.operations))
    THEN
        RETURN 'retrying';
    END IF;
    DELETE FROM tidegate_queue.error AS e WHERE e.error_id = p_error;
    INSERT INTO tidegate_queue.audit (
        actor, action, error_id, caller, client_id, batch_id, index, corrected, reason, filter)
    VALUES (p_actor, 'discard', v_error.error_id, v_error.caller, v_error.client_id, v_error.batch_id, v_error.index, false,
            p_reason, p_filter);
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN 'done';
END;
$$;
