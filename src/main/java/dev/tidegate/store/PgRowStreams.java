package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens streams of rows: a connection, a read-only transaction, a portal that has not run yet. */
final class PgRowStreams {
    private final StorePools pools;
    private final Duration deadline;
    private final Duration longestRest;

    PgRowStreams(StorePools pools, Duration deadline, Duration longestRest) {
        this.pools = pools;
        this.deadline = deadline;
        this.longestRest = longestRest;
    }

    Future<RowStream> open(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return pools.connect(store, longestRest.plus(deadline))
                .compose(connection -> timely(connection.query(begin()).execute())
                        .compose(_ -> timely(connection.prepare(query.text())))
                        .<RowStream>map(statement ->
                                new PgRowStream(store, connection, statement.cursor(PgValues.tuple(binds)), deadline))
                        .onFailure(_ -> PgRowStream.leave(connection, true)));
    }

    private <T> Future<T> timely(Future<T> step) {
        return step.timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** If the gateway freezes or the network between swallows everything, the store frees itself. */
    private String begin() {
        return "BEGIN READ ONLY; SET LOCAL idle_in_transaction_session_timeout = " + longestRest.toMillis();
    }
}
