package dev.tidegate.store;

import dev.tidegate.upload.Leftovers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a data store remembers of applied operations (store-protocol 1): needed by a claim that finds itself done, by receipts,
 * and to tell a client's own changes from those of others. Lanes are never forgotten.
 */
public final class StoreLeftovers implements Leftovers {
    private static final List<String> STATEMENTS = List.of(forget("applied"), forget("touched"));

    private final Supplier<Pool> pool;
    private final int step;
    private final Duration deadline;

    /** @param step the most rows of one transaction */
    public StoreLeftovers(Supplier<Pool> pool, int step, Duration deadline) {
        this.pool = pool;
        this.step = step;
        this.deadline = deadline;
    }

    /** Rows of these tables are never updated, so where they lie stays true within the statement. */
    private static String forget(String table) {
        return """
                WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(x'746964666F726765'::bigint) AS mine),
                     old AS MATERIALIZED (
                    SELECT a.ctid FROM tidegate.%1$s AS a
                     WHERE a.at < now() - $1::int8 * interval '1 second' AND (SELECT mine FROM turn) LIMIT $2::int8)
                DELETE FROM tidegate.%1$s WHERE ctid = ANY(ARRAY(SELECT ctid FROM old))
                """.formatted(table);
    }

    @Override
    public Sweep sweep(Duration age) {
        return new Sweep() {
            private int table;

            @Override
            public Uni<Step> next() {
                return pool.get()
                        .preparedQuery(STATEMENTS.get(table))
                        .execute(Tuple.of(age.toSeconds(), (long) step))
                        .map(rows -> went(rows.rowCount()))
                        .ifNoItem()
                        .after(deadline)
                        .fail();
            }

            private Step went(int forgotten) {
                if (forgotten < step) {
                    table++;
                }
                return new Step(forgotten, table < STATEMENTS.size());
            }
        };
    }
}
