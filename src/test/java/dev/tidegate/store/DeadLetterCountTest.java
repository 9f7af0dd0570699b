package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterCountTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private Vertx vertx;
    private TestDatabase database;
    private Pool pool;

    @BeforeEach
    void connect() {
        vertx = Vertx.vertx();
        database = QueueDatabase.create();
        pool = PgUploadQueueTest.pool(vertx, database, 1);
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        database.close();
        vertx.close();
    }

    @Test
    void nothing_is_kept_at_first() {
        assertThat(counted()).isEqualTo(DeadLetterCount.Kept.NONE);
    }

    @Test
    void what_was_given_up_is_told_apart_from_what_was_refused() {
        keep(2, "access-denied", "1 hour");
        keep(3, "batch-failed", "1 minute");

        DeadLetterCount.Kept kept = counted();

        assertThat(kept.all()).isEqualTo(5);
        assertThat(kept.givenUp()).isEqualTo(3);
        assertThat(kept.oldestSeconds()).isGreaterThanOrEqualTo(3_600);
    }

    @Test
    void it_counts_so_far_and_no_further() {
        keep(DeadLetterCount.MOST + 1, "batch-failed", "1 minute");

        assertThat(counted().all()).isEqualTo(DeadLetterCount.MOST);
        assertThat(counted().givenUp()).isEqualTo(DeadLetterCount.MOST);
    }

    private DeadLetterCount.Kept counted() {
        return new DeadLetterCount(pool, DEADLINE).now().await().atMost(DEADLINE);
    }

    private void keep(int howMany, String code, String ago) {
        database.run("INSERT INTO tidegate_queue.error (caller, client_id, batch_id, index, operation, problem, at) "
                + "SELECT 'ada', gen_random_uuid(), gen_random_uuid(), 0, '{}', json_build_object('code', '" + code
                + "'), now() - interval '" + ago + "' FROM generate_series(1, " + howMany + ")");
    }
}
