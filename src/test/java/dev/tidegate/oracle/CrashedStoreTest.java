package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pull;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.RoleName;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.policy.Caller;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store's server that is killed, and knows nothing any more of what had not come to its disk. */
class CrashedStoreTest {
    private static final EntityName ITEM = EntityName.parse("Shop.Item");
    private static final String MODEL = """
            modules:
              Shop:
                entities:
                  Item: { store: oracle, id: { column: id, type: long }, attributes: { State: { type: string } } }
                access:
                  - { entity: Shop.Item, roles: [Worker], read: all }
            profiles:
              Mobile:
                kind: native-mobile
                sync: { Shop.Item: { mode: all } }
            """;

    /** Nothing comes to the disk by itself. */
    private static final Map<String, String> LAZY = Map.of(
            "wal_writer_delay", "10s", "autovacuum", "off", "checkpoint_timeout", "1h", "synchronous_commit", "off");

    private final Regime regime = new Regime(model(), List.of(), Map.of());
    private final PullDevice device = new PullDevice(
            "device", regime.model(), new Caller("ada", Set.of(new RoleName("Worker"))), Optional.empty(), true);

    private static Model model() {
        return ModelReader.read(MODEL).model().orElseThrow();
    }

    @Test
    void inv_13_what_is_written_after_a_crash_is_told_though_the_ids_of_transactions_come_again(@TempDir Path directory)
            throws SQLException, IOException {
        Vertx vertx = Vertx.vertx();
        String givenUp;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, LAZY)) {
            server.ensureDatabase("field");
            try (PulledStore store = store(vertx, server);
                    Connection connection = server.connect("field");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE item (id bigint PRIMARY KEY, state text)");
                assertThat(store.look(regime.model())).isEmpty();
                pull(store);
                statement.execute("CHECKPOINT");
                connection.setAutoCommit(false);
                givenUp = transaction(statement);
                statement.execute("INSERT INTO item VALUES (1, 'given up')");
                connection.rollback();
                pull(store);
                kill(directory);
            }
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, LAZY);
                PulledStore store = store(vertx, server);
                Connection connection = server.connect("field");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String later = transaction(statement);
            statement.execute("INSERT INTO item VALUES (2, 'later')");
            connection.commit();
            pull(store);

            assertThat(device.held(ITEM).keySet())
                    .as("written by %s, %s was given up before", later, givenUp)
                    .containsExactly("2");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static String transaction(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT pg_current_xact_id()")) {
            found.next();
            return found.getString(1);
        }
    }

    private void pull(PulledStore store) {
        Pull pull = store.gateway(regime.model()).begin(device.request(regime));
        Download.Piece piece;
        do {
            piece = pull.next(100).await().atMost(PulledStore.PATIENCE);
            device.take(piece);
        } while (!piece.last());
        assertThat(device.isComplete()).isTrue();
    }

    private static PulledStore store(Vertx vertx, EmbeddedPostgres server) {
        return new PulledStore(
                vertx,
                new PgConnectOptions()
                        .setHost(server.host())
                        .setPort(server.port())
                        .setDatabase("field")
                        .setUser(server.username())
                        .setPassword(server.password()));
    }

    private static void kill(Path directory) throws IOException {
        long pid = Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid"))
                .getFirst()
                .strip());
        ProcessHandle.of(pid).ifPresent(postmaster -> {
            postmaster.destroyForcibly();
            postmaster.onExit().join();
        });
    }
}
