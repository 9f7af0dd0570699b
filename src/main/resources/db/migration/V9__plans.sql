-- What waits of a client is told by its oldest batch, one look into the index that has them in their order. Planned while the queue was
-- empty, PostgreSQL might as well read all that wait of the client from another index and sort them, for each batch that comes.
ALTER FUNCTION tidegate_queue.accept_group SET enable_sort = off;
ALTER FUNCTION tidegate_queue.accept_group SET enable_incremental_sort = off;
