package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.ObjectWriterContract;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class PgObjectWriterTest extends ObjectWriterContract {
    private static final Model MODEL = WriterStore.model();
    private static Vertx vertx;

    private TestDatabase store;
    private TcpProxy proxy;
    private Pool pool;
    private PgObjectWriter writer;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void open() {
        store = WriterStore.create();
        store.set("deadlock_timeout", "1s");
        proxy = TcpProxy.before(store);
        pool = PgUploadQueueTest.pool(vertx, store.through(proxy), 9);
        writer = new PgObjectWriter(MODEL, _ -> pool, new PreparedStores(MODEL, _ -> pool), DEADLINE);
    }

    @AfterEach
    void close() {
        proxy.close();
        pool.closeAndForget();
        store.close();
    }

    @Override
    protected Model model() {
        return MODEL;
    }

    @Override
    protected ObjectWriter writer() {
        return writer;
    }

    @Override
    protected @Nullable String value(String sql) {
        return store.value(sql);
    }

    @Override
    protected void stall() {
        proxy.stall();
    }

    @Override
    protected void loseAnswerTo(String text) {
        proxy.loseAnswerTo(text);
    }

    @Override
    protected void until(String what, String sql, String value) {
        Until.holds(what, Duration.ofSeconds(20), () -> value.equals(store.value(sql)));
    }

    @Override
    protected Session session() {
        try {
            return new JdbcSession(store.connect());
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private record JdbcSession(Connection connection) implements Session {
        @Override
        public void run(String sql) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public void start(String sql) {
            Thread.ofVirtual().start(() -> {
                try {
                    run(sql);
                } catch (IllegalStateException closedMeanwhile) {
                    // its work is done by having waited
                }
            });
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException broken) {
                throw new IllegalStateException(broken);
            }
        }
    }
}
