package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowSourceContract;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgRowSourceTest extends RowSourceContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
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
                        2, 2, 16, Duration.ofSeconds(2), Duration.ofMinutes(1), Optional.of(Duration.ofMillis(1600))));
        pools = StorePools.open(vertx, Map.of(STORE, access), Duration.ofMillis(500));
    }

    @Override
    protected RowSource source() {
        return new PgRowSource(pools, Duration.ofMillis(2500), Duration.ofSeconds(5));
    }

    @Override
    protected void cut() {
        proxy.cut();
    }

    @Override
    protected void stall() {
        proxy.stall();
    }

    @Test
    void a_statement_that_runs_too_long_is_ended_by_the_store_itself_and_its_connection_goes_on() {
        assertThat(refusal("SELECT pg_sleep(30)").code()).isEqualTo(ProblemCode.STORE_TIMEOUT);

        assertThat(database.column("SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name = 'tidegate' AND query LIKE '%pg_sleep(30)%'"))
                .containsExactly("idle");
    }

    private Problem refusal(String text) {
        return ((Refusal) catchThrowable(() -> ask(text).await().atMost(PATIENCE))).problem();
    }

    private Uni<?> ask(String text) {
        return source().rows(STORE, new SqlQuery(text, List.of()), new Object[0]);
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
