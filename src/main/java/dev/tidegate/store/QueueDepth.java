package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;

/**
 * How much waits to be settled, and since when: for gauges and for the limit of the whole, counted in the gateway's database
 * by one pass over an index that holds nothing else.
 */
public final class QueueDepth {
    private static final String COUNT = """
            SELECT coalesce(sum(batches), 0)::int8, coalesce(sum(bytes), 0)::int8, coalesce(max(batches), 0)::int8,
                   coalesce(extract(epoch FROM now() - min(oldest)), 0)::float8,
                   (SELECT coalesce(sum(cardinality(l.operations)), 0) FROM tidegate_queue.late AS l
                     WHERE l.state = 'queued' AND l.reason = 'parked')::int8
              FROM (SELECT count(*) AS batches, sum(bytes) AS bytes, min(accepted_at) AS oldest
                      FROM tidegate_queue.batch WHERE state = 'queued' GROUP BY caller, client_id) AS clients
            """;

    private final Pool pool;
    private final Duration timeout;

    public QueueDepth(Pool pool, Duration timeout) {
        this.pool = pool;
        this.timeout = timeout;
    }

    /** {@code worstLane} is the most batches that wait of one client; {@code parked} counts operations. */
    public record Depth(long batches, long bytes, long worstLane, double oldestSeconds, long parked) {
        public static final Depth EMPTY = new Depth(0, 0, 0, 0, 0);
    }

    public Uni<Depth> now() {
        return pool.query(COUNT)
                .execute()
                .map(rows -> depth(rows.iterator().next()))
                .ifNoItem()
                .after(timeout)
                .fail();
    }

    private static Depth depth(Row row) {
        return new Depth(row.getLong(0), row.getLong(1), row.getLong(2), row.getDouble(3), row.getLong(4));
    }
}
