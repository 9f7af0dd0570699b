package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.QueueOutage;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are told when the gateway's own database fails, and what operators are. */
class QueueAnswersTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        "53100, could not extend file (53100)",
        "53300, could not extend file (53300)",
        "P0001, it answers P0001",
        "23505, it answers 23505",
    })
    void the_reason_is_told_where_it_quotes_nothing_of_users(String state, String reason) {
        assertReason(
                "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '" + state + "'; END $$",
                DEADLINE,
                reason);
    }

    @Test
    void an_answer_that_does_not_come_is_a_reason() {
        assertReason("SELECT pg_sleep(2)", Duration.ofMillis(100), "it has not answered within 100 ms");
    }

    private static void assertReason(String sql, Duration deadline, String reason) {
        Vertx vertx = Vertx.vertx();
        try (TestDatabase database = TestDatabase.create()) {
            Pool pool = Pool.newInstance(PgBuilder.pool()
                    .with(new PoolOptions().setMaxSize(1))
                    .connectingTo(new PgConnectOptions()
                            .setHost(database.host())
                            .setPort(database.port())
                            .setDatabase(database.name())
                            .setUser(database.username())
                            .setPassword(database.password()))
                    .using(vertx)
                    .build());
            assertThatThrownBy(() -> QueueAnswers.timely(pool.query(sql).execute(), deadline)
                            .await()
                            .atMost(DEADLINE))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> {
                        assertThat(refusal.problem().code()).isEqualTo(ProblemCode.QUEUE_UNAVAILABLE);
                        assertThat(refusal.getCause())
                                .isInstanceOf(QueueOutage.class)
                                .hasMessage(reason);
                    });
            pool.close().await().atMost(DEADLINE);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
