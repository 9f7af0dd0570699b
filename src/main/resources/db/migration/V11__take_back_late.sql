-- An operation that was applied after its turn, and that its store has lost, waits for that once more. False when it does so
-- already. The unit before the batch, as settle_late has it.
CREATE FUNCTION tidegate_queue.take_back_late(
    p_store text, p_lane uuid, p_position bigint, p_operation integer, p_revision integer, p_patience bigint)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_unit tidegate_queue.late%ROWTYPE;
BEGIN
    UPDATE tidegate_queue.late AS l
       SET state = 'queued', settled_at = NULL, attempts = 0, leased_by = NULL, leased_until = '-infinity',
           paused_until = '-infinity',
           patient_until = greatest(l.patient_until, clock_timestamp() + p_patience * interval '1 millisecond')
     WHERE l.store = p_store AND l.lane = p_lane AND l.position = p_position AND l.operation = p_operation
       AND l.revision = p_revision AND l.state = 'settled'
    RETURNING l.* INTO v_unit;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    PERFORM FROM tidegate_queue.batch AS b WHERE b.caller = v_unit.caller AND b.batch_id = v_unit.batch_id FOR UPDATE;
    INSERT INTO tidegate_queue.outcome (caller, batch_id, index, outcome, problem)
    SELECT v_unit.caller, v_unit.batch_id, unnest(v_unit.operations), 'parked',
           json_build_object('code', 'parked', 'detail', 'The data store has lost this operation, and it is applied again.')
    ON CONFLICT (caller, batch_id, index) DO NOTHING;
    UPDATE tidegate_queue.batch AS b SET state = tidegate_queue.batch_state(v_unit.caller, v_unit.batch_id)
     WHERE b.caller = v_unit.caller AND b.batch_id = v_unit.batch_id AND b.state NOT IN ('queued', 'discarded');
    RETURN true;
END;
$$;
