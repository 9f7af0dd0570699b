package dev.tidegate.store;

import dev.tidegate.sql.SnapshotStatements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The connection that asks one store whether it answers. A connection that failed to is dropped, the next ping makes another. */
final class PingLine {
    /** After so many timeouts an attempt that hangs in mid-handshake is given up, since its peer may be gone for good. */
    private static final int GIVE_UP = 10;

    private final io.vertx.mutiny.core.Vertx vertx;
    private final PgConnectOptions options;
    private final Duration timeout;
    private final AtomicReference<@Nullable PgConnection> line = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<PgConnection>> attempt = new AtomicReference<>();

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

    /** An attempt to connect is waited for by every ping until it ends: a store that says nothing is not knocked at again and again. */
    private Uni<PgConnection> connection() {
        PgConnection open = line.get();
        return open != null ? Uni.createFrom().item(open) : Uni.createFrom().completionStage(this::attempt);
    }

    /** The one attempt under way, which keeps its connection also when nobody waits for it any more. */
    private CompletionStage<PgConnection> attempt() {
        CompletableFuture<PgConnection> mine = new CompletableFuture<>();
        CompletableFuture<PgConnection> underWay = attempt.compareAndExchange(null, mine);
        if (underWay != null) {
            return underWay.copy();
        }
        PgConnection.connect(vertx, options)
                .invoke(this::keep)
                .invoke(PingLine::beginRun)
                .ifNoItem()
                .after(timeout.multipliedBy(GIVE_UP))
                .fail()
                .onTermination()
                .invoke(() -> attempt.set(null))
                .subscribe()
                .with(mine::complete, mine::completeExceptionally);
        return mine.copy();
    }

    /**
     * The server may have started anew, or from a copy: soon after that it can still be told where it began (store-protocol 22). Whoever
     * needs to know does it again.
     */
    private static void beginRun(PgConnection connection) {
        connection
                .query(SnapshotStatements.BEGIN_RUN_IF_PREPARED)
                .execute()
                .subscribe()
                .with(_ -> {}, _ -> {});
    }

    private void keep(PgConnection connection) {
        connection.closeHandler(() -> line.compareAndSet(connection, null));
        PgConnection before = line.getAndSet(connection);
        if (before != null) {
            before.closeAndForget();
        }
    }
}
