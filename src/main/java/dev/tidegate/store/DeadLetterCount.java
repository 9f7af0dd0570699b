package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;

/**
 * How many operations that could not be applied are kept in the gateway's database, and since when, for gauges. It counts up
 * to {@link #MOST} and no further, so that a look stays short.
 */
public final class DeadLetterCount {
    public static final int MOST = 100_000;

    private static final String COUNT = """
            SELECT (SELECT count(*) FROM (SELECT FROM tidegate_queue.error LIMIT %1$d) AS few),
                   (SELECT count(*) FROM (SELECT FROM tidegate_queue.error
                                           WHERE problem ->> 'code' = 'batch-failed' LIMIT %1$d) AS few),
                   (SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float8 FROM tidegate_queue.error)
            """.formatted(MOST);

    private final Pool pool;
    private final Duration timeout;

    /** {@code timeout}: after how long a count is lost. */
    public DeadLetterCount(Pool pool, Duration timeout) {
        this.pool = pool;
        this.timeout = timeout;
    }

    /** {@code givenUp} of them are of batches that failed for a reason of their own ({@code batch-failed}). */
    public record Kept(long all, long givenUp, double oldestSeconds) {
        public static final Kept NONE = new Kept(0, 0, 0);
    }

    public Uni<Kept> now() {
        return pool.query(COUNT)
                .execute()
                .map(rows -> kept(rows.iterator().next()))
                .ifNoItem()
                .after(timeout)
                .fail();
    }

    private static Kept kept(Row row) {
        return new Kept(row.getLong(0), row.getLong(1), row.getDouble(2));
    }
}
