package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The connection that asks one store whether it answers. A connection that failed to is dropped, the next ping makes another. */
final class PingLine {
    private final io.vertx.mutiny.core.Vertx vertx;
    private final PgConnectOptions options;
    private final Duration timeout;
    private final AtomicReference<@Nullable PgConnection> line = new AtomicReference<>();

    PingLine(Vertx vertx, PgConnectOptions options, Duration timeout) {
        this.vertx = io.vertx.mutiny.core.Vertx.newInstance(vertx);
        this.options = options;
        this.timeout = timeout;
    }

    Uni<Void> ping() {
        return connection()
                .flatMap(connection -> connection.query("SELECT 1").execute())
                .ifNoItem()
                .after(timeout)
                .fail()
                .onFailure()
                .invoke(this::close)
                .replaceWithVoid();
    }

    void close() {
        PgConnection connection = line.getAndSet(null);
        if (connection != null) {
            connection.closeAndForget();
        }
    }

    private Uni<PgConnection> connection() {
        PgConnection open = line.get();
        return open != null
                ? Uni.createFrom().item(open)
                : PgConnection.connect(vertx, options).invoke(this::keep);
    }

    private void keep(PgConnection connection) {
        connection.closeHandler(() -> line.compareAndSet(connection, null));
        PgConnection before = line.getAndSet(connection);
        if (before != null) {
            before.closeAndForget();
        }
    }
}
