-- Whoever listens is told when a batch of theirs is settled, whichever replica settles it, and again when something of it was
-- applied late: what an earlier snapshot could not see is found by the transaction that did it.
ALTER TABLE tidegate_queue.batch ADD COLUMN settled_xid xid8;

CREATE INDEX batch_settled_xid ON tidegate_queue.batch (settled_xid) WHERE settled_xid IS NOT NULL;

CREATE FUNCTION tidegate_queue.note_settlement() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    NEW.settled_xid := pg_current_xact_id();
    RETURN NEW;
END;
$$;

CREATE TRIGGER note_settlement BEFORE UPDATE OF state ON tidegate_queue.batch
    FOR EACH ROW WHEN (NEW.state <> 'queued') EXECUTE FUNCTION tidegate_queue.note_settlement();
