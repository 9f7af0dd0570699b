-- Operations that are applied outside the order of their lane: those that were parked, and those that are retried. One row is
-- a unit: operations of one part that stand or fall together ("operation" is the first of them). The fence is the key in
-- the store's "applied" (store-protocol 1): lane, position, operation, revision; leases here only save work.
CREATE TABLE tidegate_queue.late (
    store        text        NOT NULL,
    lane         uuid        NOT NULL,
    position     bigint      NOT NULL,
    operation    integer     NOT NULL,
    revision     integer     NOT NULL CHECK (revision > 0),
    operations   integer[]   NOT NULL,
    caller       text        NOT NULL,
    batch_id     uuid        NOT NULL,
    reason       text        NOT NULL CHECK (reason IN ('parked', 'retried')),
    -- operations as they were corrected, by index, or null: as they were sent
    corrected    json,
    state        text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'settled')),
    since        timestamptz NOT NULL DEFAULT now(),
    -- until when it may wait for objects that are not there
    patient_until timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0,
    leased_by    uuid,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    paused_until timestamptz NOT NULL DEFAULT '-infinity',
    settled_at   timestamptz,
    PRIMARY KEY (store, lane, position, operation, revision),
    FOREIGN KEY (caller, batch_id) REFERENCES tidegate_queue.batch ON DELETE CASCADE
);

CREATE INDEX late_waiting ON tidegate_queue.late (store, lane, position, operation) WHERE state = 'queued';
CREATE INDEX late_batch ON tidegate_queue.late (caller, batch_id);
