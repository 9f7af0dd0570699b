package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the configured PostgreSQL stores. Statements are prepared once for each connection. Who waits longer than the deadline
 * is let go.
 */
public final class PgRowSource implements RowSource {
    private final StorePools pools;
    private final Duration deadline;
    private final PgRowStreams streams;
    private final Map<StoreName, Paces> paces = new ConcurrentHashMap<>();

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

    /**
     * How to ask this on a connection that others use at the same time, if there is one with room; to be decided and done at
     * once. For reads that no data makes long, and those that have been quick so far.
     */
    Optional<SharedAsk> shared(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        Pace pace = pace(store, query);
        return pools.sharedLine(store)
                .filter(line -> query.point() || line.hasTimeFor(pace))
                .map(line -> () -> StoreFailures.uni(store, () -> line.ask(query, binds, deadline, pace)));
    }

    /** Fails with {@link SharedLine.Overtaken} when it is to be asked elsewhere. */
    @FunctionalInterface
    interface SharedAsk {
        Uni<List<@Nullable Object[]>> rows();
    }

    private Pace pace(StoreName store, SqlQuery query) {
        return paces.computeIfAbsent(store, _ -> new Paces()).of(query.text());
    }

    @Override
    public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return StoreFailures.uni(store, () -> streams.open(store, query, binds));
    }

    private Future<SqlResult<List<@Nullable Object[]>>> ask(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        Pace pace = pace(store, query);
        long at = System.nanoTime();
        return pools.pool(store)
                .getDelegate()
                .preparedQuery(query.text())
                .collecting(PgValues.ROWS)
                .execute(PgValues.tuple(binds))
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(_ -> pace.tookAlone(System.nanoTime() - at));
    }
}
