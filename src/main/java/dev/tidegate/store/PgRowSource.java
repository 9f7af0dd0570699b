package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the configured PostgreSQL stores. Statements are prepared once for each connection; a row is turned into values
 * as it arrives, on the event loop that asked. Who waits longer than the deadline is let go.
 */
public final class PgRowSource implements RowSource {
    private static final Collector<Row, List<@Nullable Object[]>, List<@Nullable Object[]>> ROWS = Collector.of(
            ArrayList::new,
            (rows, row) -> rows.add(PgValues.row(row)),
            (some, more) -> {
                some.addAll(more);
                return some;
            },
            Collector.Characteristics.IDENTITY_FINISH);

    private final StorePools pools;
    private final Duration deadline;
    private final PgRowStreams streams;

    /**
     * {@code longestRest}: how long a stream may lie still between two pieces; whoever uses one gives it up earlier. Later the
     * store itself does.
     */
    public PgRowSource(StorePools pools, Duration deadline, Duration longestRest) {
        this.pools = pools;
        this.deadline = deadline;
        this.streams = new PgRowStreams(pools, deadline, longestRest);
    }

    @Override
    public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return StoreFailures.uni(store, () -> ask(store, query, binds).map(SqlResult::value));
    }

    @Override
    public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return StoreFailures.uni(store, () -> streams.open(store, query, binds));
    }

    private Future<SqlResult<List<@Nullable Object[]>>> ask(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return pools.pool(store)
                .getDelegate()
                .preparedQuery(query.text())
                .collecting(ROWS)
                .execute(PgValues.tuple(binds))
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}
