package dev.tidegate.store;

import static dev.tidegate.store.WriterChanges.FIELD;
import static dev.tidegate.store.WriterChanges.MODEL;

import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.Objections;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests with a {@link WriterStore} of their own each, prepared, and a writer for it. */
abstract class OnWriterStore {
    private static Vertx vertx;

    TestDatabase store;
    Pool pool;
    PgChangeWriter writer;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void open() {
        store = WriterStore.create();
        pool = PgUploadQueueTest.pool(vertx, store, 8);
        writer = writer((_, _, _, _) -> Optional.empty());
        writer.prepare(FIELD).await().atMost(Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        pool.closeAndForget();
        store.close();
    }

    PgChangeWriter writer(Objections objections) {
        return new PgChangeWriter(
                MODEL, objections, _ -> pool, new PreparedStores(MODEL, _ -> pool), Clock.systemUTC());
    }
}
