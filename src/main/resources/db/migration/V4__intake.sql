-- Batches are taken in by groups: one statement makes what several clients sent at the same time durable, and each gets a
-- verdict of its own. Besides: how much a client has waiting is told by one look at its oldest batch, and what is settled is
-- forgotten in small steps.

-- Running totals: what a client has waiting is its total without what came before its oldest unsettled batch.
ALTER TABLE tidegate_queue.client ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE tidegate_queue.client SET (fillfactor = 50);
ALTER TABLE tidegate_queue.batch ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE tidegate_queue.batch ADD COLUMN bytes_before bigint NOT NULL DEFAULT 0;

-- No two indexes begin with the caller: with plans that are made while the tables are empty, PostgreSQL would take any of them.
-- For the same reason the place is an expression in the one of what waits: no other gives its order.
ALTER TABLE tidegate_queue.batch DROP CONSTRAINT batch_caller_client_id_position_key;
ALTER TABLE tidegate_queue.batch ADD CONSTRAINT batch_place UNIQUE (client_id, caller, position);
DROP INDEX tidegate_queue.batch_unsettled;
CREATE INDEX batch_unsettled ON tidegate_queue.batch (client_id, caller, (position + 0))
    INCLUDE (position, accepted_at, bytes, bytes_before) WHERE state = 'queued';
CREATE INDEX batch_settled ON tidegate_queue.batch (settled_at) WHERE settled_at IS NOT NULL;

DROP FUNCTION tidegate_queue.accept(text, uuid, uuid, uuid, uuid, text, text, text[], text, text, boolean, text, json, json, json);

-- Makes a group of submissions durable, in one round trip and one transaction. First the clients' rows, in order, so that
-- the submissions of each come one after the other and two groups cannot wait for each other; then round by round (a client
-- and a batch id occur once in a round, so later rounds see what earlier ones did): duplicates, the predecessor, the room
-- that is left, the place in the lane and in each store's lane. "p_part_…" are the parts by store, "p_part_of" the number of
-- their submission, from 1.
CREATE FUNCTION tidegate_queue.accept_group(
    p_round integer[], p_caller text[], p_client uuid[], p_lane uuid[], p_batch uuid[], p_after uuid[], p_digest text[],
    p_profile text[], p_roles text[], p_time_zone text[], p_scope text[], p_atomic boolean[], p_model_version text[],
    p_operations text[], p_size integer[], p_decided text[],
    p_part_of integer[], p_part_store text[], p_part_operations text[],
    p_full boolean, p_most_batches bigint, p_most_bytes bigint, p_patience text)
RETURNS TABLE (number bigint, verdict text, batch_position bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog
-- Plans are cached, perhaps since the tables were empty. Nothing here is ever better than one look into an index for each row.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
AS $$
#variable_conflict use_column
DECLARE
    v_answer record;
BEGIN
    PERFORM set_config('lock_timeout', p_patience, true);
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;

    INSERT INTO tidegate_queue.client (caller, client_id)
    SELECT DISTINCT s.caller, s.client FROM unnest(p_caller, p_client) AS s(caller, client) ORDER BY s.caller, s.client
    ON CONFLICT DO NOTHING;
    PERFORM FROM tidegate_queue.client AS c
      JOIN (SELECT DISTINCT u.caller, u.client FROM unnest(p_caller, p_client) AS u(caller, client)) AS s
        ON c.caller = s.caller AND c.client_id = s.client
     ORDER BY c.caller, c.client_id FOR UPDATE OF c;

    FOR v_round IN 1 .. (SELECT max(r) FROM unnest(p_round) AS r) LOOP
        -- A statement after the lock: it sees what the groups before this one have committed.
        FOR v_answer IN
            WITH sent AS MATERIALIZED (
                SELECT s.*, c.position AS last_position, c.last_batch, c.bytes AS bytes_before,
                       octet_length(p_operations[s.number]) AS bytes
                  FROM unnest(p_round, p_caller, p_client, p_lane, p_batch, p_after, p_digest, p_profile, p_roles,
                              p_time_zone, p_scope, p_atomic, p_model_version, p_size) WITH ORDINALITY
                    AS s(round, caller, client, lane, batch, after, digest, profile, roles,
                         time_zone, scope, atomic, model_version, size, number)
                  JOIN tidegate_queue.client AS c ON c.caller = s.caller AND c.client_id = s.client
                 WHERE s.round = v_round
            ), judged AS MATERIALIZED (
                SELECT s.*, k.position AS known_position, CASE
                       WHEN k.digest = s.digest THEN 'duplicate'
                       WHEN k.digest IS NOT NULL THEN 'reused'
                       -- The batch is forgotten, but a lane never forgets its last id.
                       WHEN s.batch = s.last_batch THEN 'duplicate'
                       WHEN s.after IS NOT NULL AND s.after IS DISTINCT FROM s.last_batch AND s.client IS DISTINCT FROM (
                            SELECT p.client_id FROM tidegate_queue.batch AS p
                             WHERE p.caller = s.caller AND p.batch_id = s.after)
                       THEN 'unknown-predecessor'
                       WHEN s.last_position - o.position + 1 >= p_most_batches
                            OR s.bytes_before - o.bytes_before + s.bytes > p_most_bytes THEN 'client-full'
                       WHEN p_full THEN 'full'
                       ELSE 'accepted' END AS verdict
                  FROM sent AS s
                  LEFT JOIN tidegate_queue.batch AS k ON k.caller = s.caller AND k.batch_id = s.batch
                  LEFT JOIN LATERAL (
                    SELECT b.position, b.bytes_before FROM tidegate_queue.batch AS b
                     WHERE b.caller = s.caller AND b.client_id = s.client AND b.state = 'queued'
                     ORDER BY b.position + 0 LIMIT 1) AS o ON true
            ), taken AS (
                SELECT j.*, j.last_position + 1 AS position FROM judged AS j WHERE j.verdict = 'accepted'
            ), batches AS (
                INSERT INTO tidegate_queue.batch (
                    caller, batch_id, client_id, position, profile, roles, time_zone, scope, atomic, after_batch,
                    model_version, digest, operations, size, bytes, bytes_before)
                SELECT t.caller, t.batch, t.client, t.position, t.profile, t.roles::text[], t.time_zone, t.scope, t.atomic,
                       t.after, t.model_version, t.digest, p_operations[t.number]::json, t.size, t.bytes, t.bytes_before
                  FROM taken AS t ORDER BY t.caller, t.batch
            ), clients AS (
                UPDATE tidegate_queue.client AS c
                   SET position = t.position, last_batch = t.batch, bytes = c.bytes + t.bytes
                  FROM taken AS t WHERE c.caller = t.caller AND c.client_id = t.client
            ), places AS (
                -- Only intake moves last_position, and the client's row is locked, so this is the last one.
                SELECT t.caller, t.client, t.lane, t.batch, t.position, p.store, p.operations,
                       coalesce((SELECT l.last_position FROM tidegate_queue.lane AS l
                                  WHERE l.store = p.store AND l.lane = t.lane), 0) AS previous
                  FROM taken AS t
                  JOIN unnest(p_part_of, p_part_store, p_part_operations) AS p(part_of, store, operations)
                    ON p.part_of = t.number
            ), lanes AS (
                INSERT INTO tidegate_queue.lane (store, lane, caller, client_id, last_position)
                SELECT p.store, p.lane, p.caller, p.client, p.position FROM places AS p ORDER BY p.store, p.lane
                ON CONFLICT (store, lane) DO UPDATE SET last_position = excluded.last_position
            ), parts AS (
                INSERT INTO tidegate_queue.part (store, lane, position, previous, caller, batch_id, operations)
                SELECT p.store, p.lane, p.position, p.previous, p.caller, p.batch, p.operations::integer[] FROM places AS p
            )
            SELECT j.number, j.verdict, j.caller, j.batch,
                   CASE j.verdict WHEN 'accepted' THEN j.last_position + 1
                                  ELSE coalesce(j.known_position, j.last_position) END AS place
              FROM judged AS j
        LOOP
            IF v_answer.verdict = 'accepted' AND p_decided[v_answer.number] IS NOT NULL THEN
                PERFORM tidegate_queue.keep_outcomes(v_answer.caller, v_answer.batch, p_decided[v_answer.number]::json);
            END IF;
            number := v_answer.number;
            verdict := v_answer.verdict;
            batch_position := v_answer.place;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END;
$$;

-- Forgets up to p_most batches that were settled p_age ago or earlier, oldest first, from p_from on; those of which errors
-- are kept are passed over. One session at a time does it, the others find nothing. "reached" is where to go on.
CREATE FUNCTION tidegate_queue.forget(
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
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM gone), (SELECT max(o.settled_at) FROM old AS o)
      INTO seen, forgotten, reached;
END;
$$;
