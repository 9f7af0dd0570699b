-- The durable queue of offline batches, in the gateway's own database. What is applied is remembered by the data stores
-- themselves (schema tidegate of each): everything here may be worked on at least once.

CREATE SCHEMA IF NOT EXISTS tidegate_queue;

-- One row a client; its lock puts the client's submissions one after the other. A lane never forgets its last batch.
CREATE TABLE tidegate_queue.client (
    caller     text   NOT NULL,
    client_id  uuid   NOT NULL,
    position   bigint NOT NULL DEFAULT 0,
    last_batch uuid,
    PRIMARY KEY (caller, client_id)
);

-- Batches as they came, hashed strings hashed, with everything that they are judged by. "operations" is json and not jsonb:
-- what a client sent is kept as it is.
CREATE TABLE tidegate_queue.batch (
    caller        text        NOT NULL,
    batch_id      uuid        NOT NULL,
    client_id     uuid        NOT NULL,
    position      bigint      NOT NULL,
    profile       text        NOT NULL,
    roles         text[]      NOT NULL,
    time_zone     text        NOT NULL,
    scope         text        NOT NULL,
    atomic        boolean     NOT NULL,
    after_batch   uuid,
    model_version text,
    digest        text        NOT NULL,
    operations    json        NOT NULL,
    size          integer     NOT NULL,
    -- queued until every part is settled; whether it is being applied just now is asked of the lanes
    state         text        NOT NULL DEFAULT 'queued'
                  CHECK (state IN ('queued', 'applied', 'applied-with-errors', 'failed', 'discarded')),
    accepted_at   timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz,
    PRIMARY KEY (caller, batch_id),
    UNIQUE (caller, client_id, position)
);

CREATE INDEX batch_unsettled ON tidegate_queue.batch (caller, client_id, position) WHERE state = 'queued';

-- A client's lane in one store: work is locked here, never by batch (store-protocol 3).
CREATE TABLE tidegate_queue.lane (
    store            text        NOT NULL,
    lane             uuid        NOT NULL,
    caller           text        NOT NULL,
    client_id        uuid        NOT NULL,
    last_position    bigint      NOT NULL,
    settled_position bigint      NOT NULL DEFAULT 0,
    leased_by        uuid,
    leased_until     timestamptz NOT NULL DEFAULT '-infinity',
    paused_until     timestamptz NOT NULL DEFAULT '-infinity',
    delays           integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (store, lane)
);

CREATE INDEX lane_ready ON tidegate_queue.lane (store, paused_until) WHERE settled_position < last_position;
CREATE INDEX lane_leased ON tidegate_queue.lane (leased_by) WHERE leased_by IS NOT NULL;

-- What one store has to do for one batch. "previous" is fixed at intake (store-protocol 1).
CREATE TABLE tidegate_queue.part (
    store      text      NOT NULL,
    lane       uuid      NOT NULL,
    position   bigint    NOT NULL,
    previous   bigint    NOT NULL,
    caller     text      NOT NULL,
    batch_id   uuid      NOT NULL,
    operations integer[] NOT NULL,
    attempts   integer   NOT NULL DEFAULT 0,
    state      text      NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'settled', 'failed')),
    settled_at timestamptz,
    PRIMARY KEY (store, lane, position),
    FOREIGN KEY (caller, batch_id) REFERENCES tidegate_queue.batch ON DELETE CASCADE
);

CREATE INDEX part_batch ON tidegate_queue.part (caller, batch_id);

-- Outcomes that are not plainly "applied", as soon as they are decided.
CREATE TABLE tidegate_queue.outcome (
    caller   text    NOT NULL,
    batch_id uuid    NOT NULL,
    index    integer NOT NULL,
    outcome  text    NOT NULL,
    problem  json,
    current  json,
    PRIMARY KEY (caller, batch_id, index),
    FOREIGN KEY (caller, batch_id) REFERENCES tidegate_queue.batch ON DELETE CASCADE
);

-- Operations that could not be applied, kept whole until their client deletes them; "seq" is the order of listing.
CREATE TABLE tidegate_queue.error (
    error_id  uuid        NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    seq       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    caller    text        NOT NULL,
    client_id uuid        NOT NULL,
    batch_id  uuid        NOT NULL,
    index     integer     NOT NULL,
    operation json        NOT NULL,
    problem   json        NOT NULL,
    current   json,
    at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (caller, batch_id, index)
);

CREATE UNIQUE INDEX error_listing ON tidegate_queue.error (caller, client_id, seq);

-- Keeps outcomes, and errors whole with their operation. Once for each operation: a client that has deleted an error does not
-- get it again. Elements of p_outcomes: {"index", "outcome", "problem", "current"}.
CREATE FUNCTION tidegate_queue.keep_outcomes(p_caller text, p_batch uuid, p_outcomes json) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
AS $$
    WITH said AS (
        SELECT (o ->> 'index')::integer AS index, o ->> 'outcome' AS outcome, o -> 'problem' AS problem, o -> 'current' AS current
          FROM json_array_elements(p_outcomes) AS o
    ), kept AS (
        INSERT INTO tidegate_queue.outcome (caller, batch_id, index, outcome, problem, current)
        SELECT p_caller, p_batch, index, outcome, problem, current FROM said
        ON CONFLICT DO NOTHING
        RETURNING index, outcome, problem, current
    )
    INSERT INTO tidegate_queue.error (caller, client_id, batch_id, index, operation, problem, current)
    SELECT p_caller, b.client_id, p_batch, k.index, b.operations -> k.index, k.problem, k.current
      FROM kept AS k CROSS JOIN tidegate_queue.batch AS b
     WHERE k.outcome IN ('rejected', 'conflict') AND b.caller = p_caller AND b.batch_id = p_batch
     ORDER BY k.index
    ON CONFLICT DO NOTHING;
$$;

-- Makes a batch durable, in one round trip and one transaction: the client's row first, so that its submissions come one
-- after the other; then duplicates, the predecessor, the place in the lane and in each store's lane.
CREATE FUNCTION tidegate_queue.accept(
    p_caller text, p_client uuid, p_lane uuid, p_batch uuid, p_after uuid, p_digest text,
    p_profile text, p_roles text[], p_time_zone text, p_scope text, p_atomic boolean, p_model_version text,
    p_operations json, p_shares json, p_decided json,
    OUT verdict text, OUT batch_position bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_known   tidegate_queue.batch%ROWTYPE;
    v_last    uuid;
    v_share   json;
    v_before  bigint;
BEGIN
    INSERT INTO tidegate_queue.client (caller, client_id) VALUES (p_caller, p_client) ON CONFLICT DO NOTHING;
    SELECT c.position + 1, c.last_batch INTO batch_position, v_last
      FROM tidegate_queue.client AS c WHERE c.caller = p_caller AND c.client_id = p_client FOR UPDATE;

    -- A statement of its own, after the lock: it sees what the one before us committed.
    SELECT * INTO v_known FROM tidegate_queue.batch AS b WHERE b.caller = p_caller AND b.batch_id = p_batch;
    IF FOUND THEN
        batch_position := v_known.position;
        verdict := CASE WHEN v_known.digest = p_digest THEN 'duplicate' ELSE 'reused' END;
        RETURN;
    END IF;

    IF p_after IS NOT NULL AND p_after IS DISTINCT FROM v_last AND NOT EXISTS (
        SELECT FROM tidegate_queue.batch AS b
         WHERE b.caller = p_caller AND b.batch_id = p_after AND b.client_id = p_client)
    THEN
        verdict := 'unknown-predecessor';
        RETURN;
    END IF;

    INSERT INTO tidegate_queue.batch (caller, batch_id, client_id, position, profile, roles, time_zone, scope, atomic,
                                      after_batch, model_version, digest, operations, size)
    VALUES (p_caller, p_batch, p_client, batch_position, p_profile, p_roles, p_time_zone, p_scope, p_atomic,
            p_after, p_model_version, p_digest, p_operations, json_array_length(p_operations));
    UPDATE tidegate_queue.client AS c SET position = batch_position, last_batch = p_batch
     WHERE c.caller = p_caller AND c.client_id = p_client;

    FOR v_share IN SELECT s FROM json_array_elements(p_shares) AS s ORDER BY s ->> 'store' LOOP
        INSERT INTO tidegate_queue.lane AS l (store, lane, caller, client_id, last_position)
        VALUES (v_share ->> 'store', p_lane, p_caller, p_client, 0)
        ON CONFLICT DO NOTHING;
        SELECT l.last_position INTO v_before FROM tidegate_queue.lane AS l
         WHERE l.store = v_share ->> 'store' AND l.lane = p_lane FOR UPDATE;
        UPDATE tidegate_queue.lane AS l SET last_position = batch_position
         WHERE l.store = v_share ->> 'store' AND l.lane = p_lane;
        INSERT INTO tidegate_queue.part (store, lane, position, previous, caller, batch_id, operations)
        VALUES (v_share ->> 'store', p_lane, batch_position, v_before, p_caller, p_batch,
                ARRAY(SELECT i::integer FROM json_array_elements_text(v_share -> 'operations') AS i));
    END LOOP;

    IF json_array_length(p_decided) > 0 THEN
        PERFORM tidegate_queue.keep_outcomes(p_caller, p_batch, p_decided);
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    verdict := 'accepted';
END;
$$;

-- Ends a part: its outcomes, its lane's progress, and the state of its batch when this was the last part. False when that
-- had been done before.
CREATE FUNCTION tidegate_queue.settle(
    p_store text, p_lane uuid, p_position bigint, p_caller text, p_batch uuid, p_failed boolean, p_outcomes json)
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
    END IF;
    UPDATE tidegate_queue.batch AS b
       SET settled_at = now(),
           state = CASE
               WHEN EXISTS (SELECT FROM tidegate_queue.part AS p
                             WHERE p.caller = p_caller AND p.batch_id = p_batch AND p.state = 'failed') THEN 'failed'
               WHEN EXISTS (SELECT FROM tidegate_queue.outcome AS o
                             WHERE o.caller = p_caller AND o.batch_id = p_batch
                               AND o.outcome IN ('rejected', 'conflict', 'parked')) THEN 'applied-with-errors'
               ELSE 'applied' END
     WHERE b.caller = p_caller AND b.batch_id = p_batch AND b.state = 'queued'
       AND NOT EXISTS (SELECT FROM tidegate_queue.part AS p
                        WHERE p.caller = p_caller AND p.batch_id = p_batch AND p.state = 'queued');
    RETURN true;
END;
$$;
