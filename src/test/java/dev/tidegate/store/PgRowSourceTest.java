package dev.tidegate.store;

import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowSourceContract;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class PgRowSourceTest extends RowSourceContract {
    private static Vertx vertx;
    private static TestDatabase database;
    private TcpProxy proxy;
    private StorePools pools;

    @BeforeAll
    static void makeDatabase() {
        vertx = Vertx.vertx();
        database = TestDatabase.create();
    }

    @BeforeEach
    void open() {
        proxy = TcpProxy.before(database);
        TestDatabase seen = database.through(proxy);
        StoreAccess access = new StoreAccess(
                PostgresUri.parse(seen.url()),
                seen.username(),
                seen.password(),
                new StoreAccess.PoolShape(
                        2, 16, Duration.ofSeconds(2), Duration.ofMinutes(1), Optional.of(Duration.ofSeconds(1))));
        pools = StorePools.open(vertx, Map.of(STORE, access), Duration.ofMillis(500));
    }

    @Override
    protected RowSource source() {
        return new PgRowSource(pools, Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Override
    protected void cut() {
        proxy.cut();
    }

    @Override
    protected void stall() {
        proxy.stall();
    }

    @Override
    protected void heal() {
        proxy.heal();
    }

    @Override
    protected TestDatabase store() {
        return database;
    }

    @AfterEach
    void close() {
        pools.close();
        proxy.close();
    }

    @AfterAll
    static void dropDatabase() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
    }
}
