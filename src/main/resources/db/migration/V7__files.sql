-- Contents that clients upload before the batch that refers to them. They are kept in pieces as they arrive, each durable by
-- itself, so that a broken upload goes on where it was. A file that is begun anew is another row with another number: pieces
-- of two uploads never mix. It is complete when it has a digest (SHA-256), and never changes after that.
CREATE TABLE tidegate_queue.file (
    number     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    caller     text        NOT NULL,
    file_id    uuid        NOT NULL,
    total      bigint      NOT NULL CHECK (total >= 0),
    received   bigint      NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND total),
    digest     bytea       CHECK (digest IS NULL OR received = total),
    touched_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (caller, file_id)
);

CREATE INDEX file_touched ON tidegate_queue.file (touched_at);

CREATE TABLE tidegate_queue.file_piece (
    file  bigint NOT NULL REFERENCES tidegate_queue.file ON DELETE CASCADE,
    at    bigint NOT NULL,
    bytes bytea  NOT NULL,
    PRIMARY KEY (file, at)
);

-- Photos do not shrink, and a part of what is not compressed is read without the rest.
ALTER TABLE tidegate_queue.file_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Which operations refer to a file. Written before their batch, so a row may be of a batch that never came.
CREATE TABLE tidegate_queue.file_use (
    file     bigint  NOT NULL REFERENCES tidegate_queue.file ON DELETE CASCADE,
    batch_id uuid    NOT NULL,
    index    integer NOT NULL,
    PRIMARY KEY (file, batch_id, index)
);

-- Says whether an upload of p_length bytes from p_from may go on ("ready"), is there already ("there", to be compared), has to
-- go on elsewhere ("elsewhere", at "received"), is of another file ("other"), or finds no room ("caller-full", "full"). What
-- is sent as a whole (p_anew) takes the place of an upload that is not complete. A small file counts as p_least bytes, so that
-- their number is bounded too. Begins of one caller come one after the other, so that none overlooks the other.
CREATE FUNCTION tidegate_queue.begin_file(
    p_caller text, p_file uuid, p_from bigint, p_length bigint, p_total bigint, p_anew boolean,
    p_most bigint, p_least bigint, p_full boolean,
    OUT verdict text, OUT number bigint, OUT received bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog
-- Plans are cached, perhaps since the tables were empty.
SET enable_seqscan = off
AS $$
DECLARE
    v_file tidegate_queue.file%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_caller, x'66696C65'::bigint));
    SELECT f.* INTO v_file FROM tidegate_queue.file AS f WHERE f.caller = p_caller AND f.file_id = p_file FOR UPDATE;
    IF v_file.number IS NOT NULL AND v_file.digest IS NULL AND p_anew THEN
        DELETE FROM tidegate_queue.file AS f WHERE f.number = v_file.number;
        v_file := NULL;
    END IF;

    IF v_file.number IS NULL THEN
        received := 0;
        verdict := CASE
            WHEN p_from > 0 THEN 'elsewhere'
            WHEN p_full THEN 'full'
            WHEN greatest(p_total, p_least) + coalesce((
                SELECT sum(greatest(f.total, p_least)) FROM tidegate_queue.file AS f WHERE f.caller = p_caller), 0) > p_most
            THEN 'caller-full'
            ELSE 'ready' END;
        IF verdict = 'ready' THEN
            INSERT INTO tidegate_queue.file AS f (caller, file_id, total) VALUES (p_caller, p_file, p_total)
            RETURNING f.number INTO number;
        END IF;
        RETURN;
    END IF;

    number := v_file.number;
    received := v_file.received;
    verdict := CASE
        WHEN v_file.total <> p_total THEN 'other'
        WHEN v_file.digest IS NOT NULL OR p_from + p_length <= v_file.received THEN 'there'
        WHEN p_from = v_file.received THEN 'ready'
        ELSE 'elsewhere' END;
END;
$$;

-- Keeps the next piece, with the last one the digest of the whole. False when the next piece begins elsewhere by now: somebody
-- else sends the same file, or has begun it anew.
CREATE FUNCTION tidegate_queue.append_piece(p_number bigint, p_at bigint, p_bytes bytea, p_digest bytea) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
SET enable_seqscan = off
AS $$
BEGIN
    UPDATE tidegate_queue.file AS f
       SET received = f.received + octet_length(p_bytes), digest = p_digest, touched_at = now()
     WHERE f.number = p_number AND f.received = p_at AND f.digest IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF octet_length(p_bytes) > 0 THEN
        INSERT INTO tidegate_queue.file_piece (file, at, bytes) VALUES (p_number, p_at, p_bytes);
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN true;
END;
$$;

-- Takes back what did not arrive as it was sent: everything from p_from on, unless more has come since.
CREATE FUNCTION tidegate_queue.cut_file(p_number bigint, p_received bigint, p_from bigint) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
SET enable_seqscan = off
AS $$
BEGIN
    UPDATE tidegate_queue.file AS f SET received = p_from
     WHERE f.number = p_number AND f.received = p_received AND f.digest IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM tidegate_queue.file_piece AS p WHERE p.file = p_number AND p.at >= p_from;
    RETURN true;
END;
$$;

-- Those of the files that are complete, noted as used by operations of a batch that is about to be accepted. Touching them
-- keeps them from being forgotten until it is.
CREATE FUNCTION tidegate_queue.pin_files(p_caller text, p_batch uuid, p_files uuid[], p_indices integer[])
RETURNS SETOF uuid
LANGUAGE plpgsql
SET search_path = pg_catalog
SET enable_seqscan = off
AS $$
BEGIN
    PERFORM FROM tidegate_queue.file AS f
     WHERE f.caller = p_caller AND f.file_id = ANY(p_files) ORDER BY f.file_id FOR UPDATE;
    UPDATE tidegate_queue.file AS f SET touched_at = now()
     WHERE f.caller = p_caller AND f.file_id = ANY(p_files) AND f.digest IS NOT NULL;
    INSERT INTO tidegate_queue.file_use (file, batch_id, index)
    SELECT f.number, p_batch, u.index
      FROM unnest(p_files, p_indices) AS u(file_id, index)
      JOIN tidegate_queue.file AS f ON f.caller = p_caller AND f.file_id = u.file_id AND f.digest IS NOT NULL
    ON CONFLICT DO NOTHING;
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    RETURN QUERY SELECT f.file_id FROM tidegate_queue.file AS f
                  WHERE f.caller = p_caller AND f.file_id = ANY(p_files) AND f.digest IS NOT NULL;
END;
$$;

-- Whether an operation that is not settled refers to the file: one that waits, is parked or retried, or is kept as an error
-- and may be retried.
CREATE FUNCTION tidegate_queue.is_file_wanted(p_caller text, p_number bigint) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog
AS $$
    SELECT EXISTS (
        SELECT FROM tidegate_queue.file_use AS u
          JOIN tidegate_queue.batch AS b ON b.caller = p_caller AND b.batch_id = u.batch_id
         WHERE u.file = p_number
           AND (b.state = 'queued'
                OR EXISTS (SELECT FROM tidegate_queue.error AS e
                            WHERE e.caller = b.caller AND e.batch_id = b.batch_id AND e.index = u.index)
                OR EXISTS (SELECT FROM tidegate_queue.late AS l
                            WHERE l.caller = b.caller AND l.batch_id = b.batch_id AND l.state = 'queued'
                              AND u.index = ANY(l.operations))));
$$;

-- Forgets up to p_most files that nobody has touched for p_age, oldest first, from p_from on, and passes over those that are
-- wanted. p_kind: "incomplete" ones; those that were used and are "settled", their batches for p_age too; "unused" are all
-- others. One session at a time does it. "reached" is where to go on.
CREATE FUNCTION tidegate_queue.forget_files(
    p_kind text, p_age interval, p_from timestamptz, p_most integer,
    OUT seen bigint, OUT forgotten bigint, OUT reached timestamptz)
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
        SELECT f.number, f.caller, f.touched_at FROM tidegate_queue.file AS f
         WHERE f.touched_at > p_from AND f.touched_at < now() - p_age
           AND (f.digest IS NULL) = (p_kind = 'incomplete')
         ORDER BY f.touched_at LIMIT p_most FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM tidegate_queue.file AS f USING old AS o
         WHERE f.number = o.number AND NOT tidegate_queue.is_file_wanted(o.caller, o.number)
           AND (p_kind <> 'settled' OR EXISTS (
                SELECT FROM tidegate_queue.file_use AS u
                  JOIN tidegate_queue.batch AS b ON b.caller = o.caller AND b.batch_id = u.batch_id
                 WHERE u.file = o.number
                HAVING count(*) > 0 AND max(b.settled_at) < now() - p_age))
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM gone), (SELECT max(o.touched_at) FROM old AS o)
      INTO seen, forgotten, reached;
END;
$$;
