package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.Submissions;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadQueueContract;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PgUploadQueueTest extends UploadQueueContract {
    private static Vertx vertx;
    private TestDatabase database;
    private Pool pool;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void connect() {
        database = QueueDatabase.create();
        pool = pool(vertx, database, 12);
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        database.close();
    }

    static Pool pool(Vertx vertx, TestDatabase database, int size) {
        return Pool.newInstance(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(size).setShared(false))
                .connectingTo(new PgConnectOptions()
                        .setHost(database.host())
                        .setPort(database.port())
                        .setDatabase(database.name())
                        .setUser(database.username())
                        .setPassword(database.password())
                        .setCachePreparedStatements(true)
                        .addProperty("TimeZone", "UTC"))
                .using(vertx)
                .build());
    }

    @Override
    protected UploadQueue queue() {
        return new PgUploadQueue(pool);
    }

    @Override
    protected String stateOf(BatchKey key) {
        return Objects.requireNonNull(database.value("SELECT state FROM tidegate_queue.batch WHERE caller = '"
                + key.caller() + "' AND batch_id = '" + key.batch() + "'"));
    }

    @Override
    protected List<Integer> errorsOf(BatchKey key) {
        return database
                .column("SELECT index FROM tidegate_queue.error WHERE caller = '" + key.caller() + "' AND batch_id = '"
                        + key.batch() + "' ORDER BY seq")
                .stream()
                .map(index -> Integer.valueOf(Objects.requireNonNull(index)))
                .toList();
    }

    /** Nested, as the contract's are: in a class whose tests are all nested, Surefire passes over one that is not. */
    @Nested
    class Unreachable {
        @Test
        void a_queue_that_cannot_be_reached_promises_nothing_and_says_when_to_try_again() {
            database.close();

            assertThatThrownBy(() -> now(queue().accept(Submissions.of("ada").batch("a"))))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> {
                        assertThat(refusal.problem().code()).isEqualTo(ProblemCode.QUEUE_UNAVAILABLE);
                        assertThat(refusal.problem().retryAfter()).isPresent();
                    });
        }
    }
}
