-- A store that was restored to an earlier time, or whose standby took over without its last commits, stands behind what it
-- had confirmed. What the lane has kept beyond "p_stands" is then to be applied once more: the parts wait again, as they were
-- taken in, and their batches with them. What was refused stays refused. Operations that were settled after their turn wait for
-- that once more, so that a correction is not overtaken by what it corrected.
--
-- It may also be this database that was restored, so that the store stands beyond what is known here: positions that are yet
-- to be given begin after that.
--
-- Answers how many parts wait again; harmless when that was done before. The client's row first, then the lane, as intake does.
CREATE FUNCTION tidegate_queue.take_back(p_store text, p_lane uuid, p_stands bigint, p_patience bigint) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_settled bigint;
    v_parts   bigint;
BEGIN
    UPDATE tidegate_queue.client AS c SET position = greatest(c.position, p_stands)
      FROM tidegate_queue.lane AS l
     WHERE l.store = p_store AND l.lane = p_lane AND c.caller = l.caller AND c.client_id = l.client_id;
    SELECT l.settled_position INTO v_settled FROM tidegate_queue.lane AS l
     WHERE l.store = p_store AND l.lane = p_lane FOR UPDATE;
    IF v_settled IS NULL OR v_settled <= p_stands THEN
        RETURN 0;
    END IF;

    UPDATE tidegate_queue.part AS p SET state = 'queued', settled_at = NULL, attempts = 0
     WHERE p.store = p_store AND p.lane = p_lane AND p.position > p_stands AND p.state <> 'queued';
    GET DIAGNOSTICS v_parts = ROW_COUNT;
    IF v_parts = 0 THEN
        RETURN 0;
    END IF;

    -- Of each operation the newest unit, unless it ended with an error, which stays. Not before its part has had its turn again,
    -- which ends the pause (settle).
    WITH newest AS (
        SELECT DISTINCT ON (l.position, l.operation) l.position, l.operation, l.revision
          FROM tidegate_queue.late AS l
         WHERE l.store = p_store AND l.lane = p_lane AND l.position > p_stands
         ORDER BY l.position, l.operation, l.revision DESC
    ), again AS (
        UPDATE tidegate_queue.late AS l
           SET state = 'queued', settled_at = NULL, attempts = 0, leased_by = NULL, leased_until = '-infinity',
               paused_until = 'infinity',
               patient_until = greatest(l.patient_until, clock_timestamp() + p_patience * interval '1 millisecond')
          FROM newest AS n
         WHERE l.store = p_store AND l.lane = p_lane AND l.position = n.position AND l.operation = n.operation
           AND l.revision = n.revision
           AND (l.state = 'queued'
                OR NOT EXISTS (SELECT FROM tidegate_queue.outcome AS o
                                WHERE o.caller = l.caller AND o.batch_id = l.batch_id AND o.index = ANY(l.operations)
                                  AND o.outcome IN ('rejected', 'conflict')))
        RETURNING l.caller, l.batch_id, l.operations
    )
    INSERT INTO tidegate_queue.outcome (caller, batch_id, index, outcome, problem)
    SELECT a.caller, a.batch_id, unnest(a.operations), 'parked',
           json_build_object('code', 'parked', 'detail',
                             'The data store has lost this operation, and it is applied again after what came before it.')
      FROM again AS a
    ON CONFLICT (caller, batch_id, index) DO NOTHING;

    UPDATE tidegate_queue.batch AS b SET state = 'queued', settled_at = NULL
      FROM tidegate_queue.part AS p
     WHERE p.store = p_store AND p.lane = p_lane AND p.position > p_stands
       AND b.caller = p.caller AND b.batch_id = p.batch_id AND b.state <> 'queued';
    UPDATE tidegate_queue.lane AS l
       SET settled_position = p_stands, leased_by = NULL, leased_until = '-infinity', paused_until = '-infinity', delays = 0
     WHERE l.store = p_store AND l.lane = p_lane;
    RETURN v_parts;
END;
$$;

-- As before, but for what was taken back.
CREATE OR REPLACE FUNCTION tidegate_queue.settle(
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
        -- What was taken back with its part may be tried again from now on.
        UPDATE tidegate_queue.late AS l SET paused_until = '-infinity'
         WHERE l.store = p_store AND l.lane = p_lane AND l.position = p_position AND l.state = 'queued'
           AND l.paused_until = 'infinity';
    END IF;
    UPDATE tidegate_queue.batch AS b
       SET settled_at = now(), state = tidegate_queue.batch_state(p_caller, p_batch)
     WHERE b.caller = p_caller AND b.batch_id = p_batch AND b.state = 'queued'
       AND NOT EXISTS (SELECT FROM tidegate_queue.part AS p
                        WHERE p.caller = p_caller AND p.batch_id = p_batch AND p.state = 'queued');
    RETURN true;
END;
$$;
