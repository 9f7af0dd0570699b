package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.StoreName;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StorePoolsTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
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
        pools = StorePools.open(
                vertx,
                Map.of(
                        FIELD,
                        new StoreAccess(
                                PostgresUri.parse(seen.url()),
                                seen.username(),
                                seen.password(),
                                new StoreAccess.PoolShape(
                                        2, 2, 16, Duration.ofSeconds(2), Duration.ofMinutes(1), Optional.empty()))),
                Duration.ofMillis(500));
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

    @Test
    void sessions_run_in_utc_and_say_who_they_are() {
        assertThat(value("SHOW TimeZone")).isEqualTo("UTC");
        assertThat(value("SHOW application_name")).isEqualTo("tidegate");
    }

    @Test
    void a_store_that_is_not_configured_has_no_pool() {
        assertThatThrownBy(() -> pools.pool(new StoreName("other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
    }

    @Test
    void a_renewed_pool_does_not_wait_behind_what_the_old_one_hangs_on() {
        assertThat(value("SELECT 1::text")).isEqualTo("1");
        proxy.stall();
        pools.pool(FIELD).query("SELECT 2::text").execute().subscribe().with(_ -> {}, _ -> {});
        proxy.cut();
        proxy.heal();

        pools.renew(FIELD);

        assertThat(value("SELECT 3::text")).isEqualTo("3");
    }

    @Nested
    class Ping {
        @Test
        void a_store_that_answers_is_fine_again_and_again() {
            await(pools.ping(FIELD));
            await(pools.ping(FIELD));
        }

        @Test
        void a_store_that_is_cut_off_fails_and_is_fine_after_it_healed() {
            await(pools.ping(FIELD));
            proxy.cut();

            assertThatThrownBy(() -> await(pools.ping(FIELD))).isNotNull();

            proxy.heal();
            await(pools.ping(FIELD));
        }

        @Test
        void a_store_that_says_nothing_fails_within_the_deadline_also_for_a_new_connection() {
            await(pools.ping(FIELD));
            proxy.stall();
            long begin = System.nanoTime();

            assertThatThrownBy(() -> await(pools.ping(FIELD))).isInstanceOf(io.smallrye.mutiny.TimeoutException.class);
            assertThatThrownBy(() -> await(pools.ping(FIELD))).isInstanceOf(io.smallrye.mutiny.TimeoutException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            proxy.heal();
            await(pools.ping(FIELD));
        }
    }

    private String value(String query) {
        return await(pools.pool(FIELD)
                .query(query)
                .execute()
                .map(rows -> rows.iterator().next().getString(0)));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }
}
