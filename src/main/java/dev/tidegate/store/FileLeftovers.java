package dev.tidegate.store;

import dev.tidegate.upload.Leftovers;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;

/** Uploaded contents of one kind that nobody wants any more. What an operation that is not settled refers to is kept. */
public final class FileLeftovers implements Leftovers {
    private static final String FORGET = "SELECT seen, forgotten, reached FROM tidegate_queue.forget_files("
            + "$1::text, $2::int8 * interval '1 second', $3::timestamptz, $4::int4)";

    private final Pool pool;
    private final Kind kind;
    private final int step;
    private final Duration deadline;

    public enum Kind {
        /** Uploads that were broken off and not gone on with. */
        INCOMPLETE("incomplete"),
        /** Contents that were applied, with their batches. */
        SETTLED("settled"),
        /** Contents that no operation refers to. */
        UNUSED("unused");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    /** @param step the most files of one transaction */
    public FileLeftovers(Pool pool, Kind kind, int step, Duration deadline) {
        this.pool = pool;
        this.kind = kind;
        this.step = step;
        this.deadline = deadline;
    }

    @Override
    public Sweep sweep(Duration age) {
        return new QueueSweep(
                from -> pool.preparedQuery(FORGET).execute(Tuple.of(kind.key(), age.toSeconds(), from, step)),
                step,
                deadline);
    }
}
