package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;

/** How many batches wait to be settled, and since when the oldest does: for gauges, counted in the gateway's database. */
public final class QueueDepth {
    private static final String COUNT =
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(accepted_at)), 0)::float8"
                    + " FROM tidegate_queue.batch WHERE state = 'queued'";

    private final Pool pool;
    private final Duration timeout;

    public QueueDepth(Pool pool, Duration timeout) {
        this.pool = pool;
        this.timeout = timeout;
    }

    public record Depth(long batches, double oldestSeconds) {
        public static final Depth EMPTY = new Depth(0, 0);
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
        return new Depth(row.getLong(0), row.getDouble(1));
    }
}
