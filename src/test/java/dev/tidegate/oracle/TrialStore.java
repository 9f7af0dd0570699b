package dev.tidegate.oracle;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.PostgresUri;
import dev.tidegate.store.StoreAccess;
import dev.tidegate.store.StorePools;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A database of PostgreSQL, and what reads its rows as production does. */
final class TrialStore implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase database = TestDatabase.create();
    private final StorePools pools;
    private final RowSource source;

    TrialStore(StoreName name) {
        StoreAccess access = new StoreAccess(
                PostgresUri.parse(database.url()),
                database.username(),
                database.password(),
                new StoreAccess.PoolShape(
                        4, 4, 16, Duration.ofSeconds(5), Duration.ofMinutes(1), Optional.of(Duration.ofSeconds(30))));
        pools = StorePools.open(vertx, Map.of(name, access), Duration.ofSeconds(5));
        source = new PgRowSource(pools, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    TestDatabase database() {
        return database;
    }

    RowSource source() {
        return source;
    }

    @Override
    public void close() {
        pools.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
    }
}
