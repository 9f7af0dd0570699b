package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;

/** The secret that signs cursors, made once with the gateway's own database and shared by all replicas on it. */
public final class PgCursorSecret {
    private final Pool gatewayDatabase;

    public PgCursorSecret(Pool gatewayDatabase) {
        this.gatewayDatabase = gatewayDatabase;
    }

    public Uni<byte[]> read() {
        return gatewayDatabase
                .query("SELECT secret FROM tidegate_queue.cursor_secret")
                .execute()
                .map(rows -> rows.iterator().next().getBuffer(0).getBytes());
    }
}
