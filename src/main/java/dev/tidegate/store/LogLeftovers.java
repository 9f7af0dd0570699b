package dev.tidegate.store;

import dev.tidegate.sql.LogStatements;
import dev.tidegate.upload.Leftovers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What the change logs of a store hold of times that no cursor reaches back to: whole weeks are dropped, one in each step
 * (store-protocol 11).
 */
public final class LogLeftovers implements Leftovers {
    private final Supplier<Pool> pool;
    private final Duration deadline;

    public LogLeftovers(Supplier<Pool> pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    @Override
    public Sweep sweep(Duration age) {
        return new Sweep() {
            private final Deque<String> logs = new ArrayDeque<>();
            private boolean begun;

            @Override
            public Uni<Step> next() {
                return begun ? oldest() : names().flatMap(_ -> oldest());
            }

            private Uni<Void> names() {
                return pool.get()
                        .query(
                                "SELECT name FROM tidegate.log WHERE to_regclass('tidegate.' || quote_ident(name)) IS NOT NULL"
                                        + " ORDER BY name")
                        .execute()
                        .invoke(rows -> {
                            begun = true;
                            rows.forEach(row -> logs.add(name(row)));
                        })
                        .replaceWithVoid();
            }

            private static String name(Row row) {
                return row.getString(0);
            }

            private Uni<Step> oldest() {
                String log = logs.peek();
                if (log == null) {
                    return Uni.createFrom().item(new Step(0, false));
                }
                LogPartitions partitions = new LogPartitions(pool.get());
                return partitions
                        .oldest(log, age)
                        .ifNoItem()
                        .after(deadline)
                        .fail()
                        .flatMap(old -> old.map(partition -> partitions.drop(log, partition))
                                .orElseGet(() -> last(partitions, log)))
                        .map(rows -> new Step(rows, !logs.isEmpty()));
            }

            // The log's weeks are done; what came when there was none is left.
            private Uni<Long> last(LogPartitions partitions, String log) {
                logs.remove();
                return partitions
                        .isDefaultOld(log, age)
                        .flatMap(old -> old
                                ? partitions.drop(log, LogStatements.defaultPartition(log))
                                : Uni.createFrom().item(0L));
            }
        };
    }
}
