package dev.tidegate.store;

import dev.tidegate.upload.Leftovers;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;

/**
 * Settled batches of the queue, with their parts and outcomes. Clients and lanes are never forgotten, nor is a batch of which
 * errors are kept.
 */
public final class QueueLeftovers implements Leftovers {
    private static final String FORGET = "SELECT seen, forgotten, reached FROM tidegate_queue.forget("
            + "$1::int8 * interval '1 second', $2::timestamptz, $3::int4)";

    private final Pool pool;
    private final int step;
    private final Duration deadline;

    /** @param step the most batches of one transaction */
    public QueueLeftovers(Pool pool, int step, Duration deadline) {
        this.pool = pool;
        this.step = step;
        this.deadline = deadline;
    }

    @Override
    public Sweep sweep(Duration age) {
        return new QueueSweep(
                from -> pool.preparedQuery(FORGET).execute(Tuple.of(age.toSeconds(), from, step)), step, deadline);
    }
}
