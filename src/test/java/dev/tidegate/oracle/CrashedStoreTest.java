package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pull;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.RoleName;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.Postmaster;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store's server that is killed, and knows nothing any more of what had not come to its disk, or of what came after a copy of it. */
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
    private final PullDevice device = device("device");
    private String givenUp = "";

    private PullDevice device(String name) {
        return new PullDevice(
                name, regime.model(), new Caller("ada", Set.of(new RoleName("Worker"))), Optional.empty(), true);
    }

    private static Model model() {
        return ModelReader.read(MODEL).model().orElseThrow();
    }

    @Test
    void inv_13_what_is_written_after_a_crash_is_told_though_the_ids_of_transactions_come_again(@TempDir Path directory)
            throws SQLException, IOException {
        run(directory, LAZY, (store, statement) -> {
            prepare(store, statement);
            pull(store);
            statement.execute("CHECKPOINT");
            statement.getConnection().setAutoCommit(false);
            givenUp = transaction(statement);
            statement.execute("INSERT INTO item VALUES (1, 'given up')");
            statement.getConnection().rollback();
            pull(store);
            Postmaster.kill(directory);
        });
        run(directory, LAZY, (store, statement) -> {
            statement.getConnection().setAutoCommit(false);
            String later = transaction(statement);
            statement.execute("INSERT INTO item VALUES (2, 'later')");
            statement.getConnection().commit();
            pull(store);

            assertThat(device.held(ITEM).keySet())
                    .as("written by %s, %s was given up before", later, givenUp)
                    .containsExactly("2");
        });
    }

    @Test
    void inv_22_a_cursor_from_after_the_copy_from_which_a_store_was_started_is_not_taken(@TempDir Path directory)
            throws SQLException, IOException {
        Path copy = directory.resolve("copy");
        run(directory, (store, statement) -> {
            prepare(store, statement);
            statement.execute("INSERT INTO item VALUES (1, 'before')");
            pull(store);
            Postmaster.kill(directory);
        });
        copy(directory.resolve("data"), copy);
        run(directory, (store, statement) -> {
            pull(store);
            statement.execute("INSERT INTO item VALUES (2, 'lost')");
            pull(store);
        });
        delete(directory.resolve("data"));
        copy(copy, directory.resolve("data"));
        run(directory, (store, statement) -> {
            for (int id = 100; id < 110; id++) {
                statement.execute("INSERT INTO item VALUES (" + id + ", 'instead')");
            }

            assertThatThrownBy(() -> pull(store))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.CURSOR_EXPIRED));
        });
    }

    @Test
    void inv_22_a_cursor_outlives_crashes_restarts_and_copies_that_hold_all_it_has_seen(@TempDir Path directory)
            throws SQLException, IOException {
        Path copy = directory.resolve("copy");
        run(directory, (store, statement) -> {
            prepare(store, statement);
            statement.execute("INSERT INTO item VALUES (1, 'a')");
            pull(store);
            Postmaster.kill(directory);
        });
        run(directory, (store, statement) -> {
            statement.execute("INSERT INTO item VALUES (2, 'a')");
            pull(store);
        });
        run(directory, (store, statement) -> {
            statement.execute("INSERT INTO item VALUES (3, 'a')");
            pull(store);
            Postmaster.kill(directory);
        });
        copy(directory.resolve("data"), copy);
        run(directory, (store, statement) -> statement.execute("INSERT INTO item VALUES (4, 'lost')"));
        delete(directory.resolve("data"));
        copy(copy, directory.resolve("data"));
        run(directory, (store, statement) -> {
            statement.execute("INSERT INTO item VALUES (5, 'a')");
            pull(store);
        });

        assertThat(device.held(ITEM).keySet()).containsExactlyInAnyOrder("1", "2", "3", "5");
    }

    @Test
    void inv_22_nothing_of_an_earlier_run_is_relied_on_when_it_cannot_be_told_any_more_where_this_one_began(
            @TempDir Path directory) throws SQLException, IOException {
        run(directory, (store, statement) -> {
            prepare(store, statement);
            pull(store);
            Postmaster.kill(directory);
        });
        run(directory, (store, statement) -> {
            statement.execute("INSERT INTO item VALUES (1, 'a')");
            statement.execute("CHECKPOINT");

            assertThatThrownBy(() -> pull(store)).isInstanceOf(Refusal.class);
            PullDevice anew = device("anew");
            pull(store, anew);
            statement.execute("INSERT INTO item VALUES (2, 'a')");
            pull(store, anew);

            assertThat(anew.held(ITEM).keySet()).containsExactly("1", "2");
        });
    }

    private interface Work {
        void on(PulledStore store, Statement statement) throws SQLException, IOException;
    }

    private void run(Path directory, Work work) throws SQLException, IOException {
        run(directory, Map.of(), work);
    }

    /** From one start of the server, with these settings, to its end. */
    private void run(Path directory, Map<String, String> settings, Work work) throws SQLException, IOException {
        Vertx vertx = Vertx.vertx();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, settings)) {
            server.ensureDatabase("field");
            try (PulledStore store = store(vertx, server);
                    Connection connection = server.connect("field");
                    Statement statement = connection.createStatement()) {
                work.on(store, statement);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void prepare(PulledStore store, Statement statement) throws SQLException {
        statement.execute("CREATE TABLE item (id bigint PRIMARY KEY, state text)");
        assertThat(store.look(regime.model())).isEmpty();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (!file.endsWith("postmaster.pid")) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    private static String transaction(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT pg_current_xact_id()")) {
            found.next();
            return found.getString(1);
        }
    }

    private void pull(PulledStore store) {
        pull(store, device);
    }

    private void pull(PulledStore store, PullDevice device) {
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
}
