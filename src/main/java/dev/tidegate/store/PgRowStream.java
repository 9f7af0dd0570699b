package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowStream;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A portal in a transaction on a connection that serves nothing else. Whatever ends it closes the connection, and with it
 * the transaction: no late cancellation can hit the statement of another.
 */
final class PgRowStream implements RowStream {
    private static final long LONGEST_CANCEL_MILLIS = 1_000;

    private final StoreName store;
    private final PgConnection connection;
    private final Cursor cursor;
    private final Duration deadline;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile boolean fetching;

    PgRowStream(StoreName store, PgConnection connection, Cursor cursor, Duration deadline) {
        this.store = store;
        this.connection = connection;
        this.cursor = cursor;
        this.deadline = deadline;
    }

    @Override
    public Uni<Rows> next(int most) {
        return StoreFailures.uni(store, () -> fetch(most));
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            leave(connection, fetching);
        }
    }

    /**
     * Closes the connection; a statement under way on it is cancelled before, so that the store does not go on with it. One after
     * the other: what sends the request for it is closed with the connection.
     */
    static void leave(PgConnection connection, boolean busy) {
        Future<Void> quiet = busy
                ? connection.cancelRequest().timeout(LONGEST_CANCEL_MILLIS, TimeUnit.MILLISECONDS)
                : Future.succeededFuture();
        var _ = quiet.onComplete(_ -> connection.close());
    }

    private Future<Rows> fetch(int most) {
        if (!open.get()) {
            return Future.failedFuture(ClosedConnectionException.INSTANCE);
        }
        fetching = true;
        return cursor.read(most)
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .recover(PgRowStream::lost)
                .onFailure(_ -> close())
                .map(this::taken);
    }

    /** In the client's own words, which a connection from a pool also has for other things. */
    private static Future<RowSet<Row>> lost(Throwable failure) {
        return Future.failedFuture(
                failure instanceof NoStackTraceThrowable ? ClosedConnectionException.INSTANCE : failure);
    }

    /** Behind the last row the connection is of no use any more. */
    private Rows taken(RowSet<Row> found) {
        fetching = false;
        List<@Nullable Object[]> rows = new ArrayList<>(found.size());
        for (Row row : found) {
            rows.add(PgValues.row(row));
        }
        boolean last = !cursor.hasMore();
        if (last) {
            close();
        }
        return new Rows(rows, last);
    }
}
