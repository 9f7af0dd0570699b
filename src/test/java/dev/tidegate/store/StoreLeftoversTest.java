package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.Leftovers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store forgets of applied operations. */
class StoreLeftoversTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration AGE = Duration.ofDays(90);

    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase database = TestDatabase.create();
    private final Pool pool = PgUploadQueueTest.pool(vertx, database, 2);
    private final Leftovers leftovers = new StoreLeftovers(() -> pool, 4, DEADLINE);

    @BeforeEach
    void fill() {
        database.run(StoreSchema.TABLES, """
                INSERT INTO tidegate.lane SELECT gen_random_uuid(), 7;
                INSERT INTO tidegate.applied (lane, position, operation, outcome, entity, at)
                SELECT lane, 7, n, 'applied', 'M.E', now() - n * interval '30 days' FROM tidegate.lane, generate_series(0, 9) AS n;
                INSERT INTO tidegate.touched (lane, position, hierarchy, object_id, version_before, version_after, at)
                SELECT lane, 7, 'M.E', n::text, '1', '2', now() - n * interval '30 days'
                  FROM tidegate.lane, generate_series(0, 9) AS n
                """);
    }

    @AfterEach
    void close() {
        pool.closeAndAwait();
        database.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void what_is_old_enough_goes_in_short_steps_and_lanes_stay() {
        Leftovers.Sweep sweep = leftovers.sweep(AGE);

        assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(4, true));
        assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(3, true));
        assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(4, true));
        assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(3, false));

        assertThat(database.column("SELECT operation FROM tidegate.applied ORDER BY operation"))
                .containsExactly("0", "1", "2");
        assertThat(database.column("SELECT object_id FROM tidegate.touched ORDER BY object_id"))
                .containsExactly("0", "1", "2");
        assertThat(database.value("SELECT position FROM tidegate.lane")).isEqualTo("7");
    }

    @Test
    void while_another_process_cleans_up_there_is_nothing_to_do() throws SQLException {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(x'746964666F726765'::bigint)");

            assertThat(now(leftovers.sweep(AGE).next()).forgotten()).isZero();
            other.rollback();
        }
        assertThat(now(leftovers.sweep(AGE).next()).forgotten()).isEqualTo(4);
    }

    private static <T> T now(Uni<T> work) {
        return work.await().atMost(DEADLINE);
    }
}
