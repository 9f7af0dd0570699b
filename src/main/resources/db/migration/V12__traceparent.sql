-- Where a batch came in, if that call is recorded in a trace, as the header "traceparent" of W3C Trace Context has it. Who applies the
-- batch points to it.
ALTER TABLE tidegate_queue.batch ADD COLUMN traceparent text;

-- As accept_group, for groups of which some are recorded: what is taken in otherwise is taken in as before. "p_traceparent" has an
-- element for each submission, null where it is not recorded. Of a batch that was accepted before, the first one stays.
CREATE FUNCTION tidegate_queue.accept_traced_group(
    p_round integer[], p_caller text[], p_client uuid[], p_lane uuid[], p_batch uuid[], p_after uuid[], p_digest text[],
    p_profile text[], p_roles text[], p_time_zone text[], p_scope text[], p_atomic boolean[], p_model_version text[],
    p_operations text[], p_size integer[], p_decided text[],
    p_part_of integer[], p_part_store text[], p_part_operations text[],
    p_full boolean, p_most_batches bigint, p_most_bytes bigint, p_patience text, p_traceparent text[])
RETURNS TABLE (number bigint, verdict text, batch_position bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog
-- As accept_group: a plan that was made while the table was empty would read all of it.
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
#variable_conflict use_variable
BEGIN
    FOR number, verdict, batch_position IN
        SELECT g.number, g.verdict, g.batch_position FROM tidegate_queue.accept_group(
            p_round, p_caller, p_client, p_lane, p_batch, p_after, p_digest, p_profile, p_roles, p_time_zone, p_scope, p_atomic,
            p_model_version, p_operations, p_size, p_decided, p_part_of, p_part_store, p_part_operations,
            p_full, p_most_batches, p_most_bytes, p_patience) AS g
    LOOP
        IF verdict = 'accepted' AND p_traceparent[number] IS NOT NULL THEN
            UPDATE tidegate_queue.batch AS b SET traceparent = p_traceparent[number]
             WHERE b.caller = p_caller[number] AND b.batch_id = p_batch[number];
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$$;
