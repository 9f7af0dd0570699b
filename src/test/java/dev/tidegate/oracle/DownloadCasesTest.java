package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pull;
import dev.tidegate.download.PullLine;
import dev.tidegate.download.Pulls;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.MovingClock;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Downloads of one small store, case by case; numbers are the invariants of store-protocol.md. */
class DownloadCasesTest {
    private static final String MODEL = """
            features: { online-sync-mode: true }
            user: { entity: Shop.Person, name: Login }
            modules:
              Shop:
                entities:
                  Person: { store: oracle, id: { column: id, type: long }, attributes: { Login: { type: string } } }
                  Box: { store: oracle, id: { column: id, type: long }, attributes: { Label: { type: string } } }
                  Item: { store: oracle, id: { column: id, type: long }, attributes: { State: { type: string }, Due: { type: datetime } } }
                  Alarm: { store: oracle, id: { column: id, type: long }, attributes: { Due: { type: datetime } } }
                  Reading: { store: oracle, id: { column: id, type: long }, attributes: { Value: { type: integer } } }
                associations:
                  Item_Box: { from: Shop.Item, to: Shop.Box, column: box_id }
                  Box_Person: { from: Shop.Box, to: Shop.Person, column: person_id }
                access:
                  - { entity: Shop.Box, roles: [Worker], read: all }
                  - { entity: Shop.Item, roles: [Worker], read: all, constraint: "[State != 'secret']" }
                  - { entity: Shop.Item, roles: [Chief], read: all, write: [Item_Box] }
                  - { entity: Shop.Alarm, roles: [Worker], read: all }
                  - { entity: Shop.Reading, roles: [Worker], read: all }
            profiles:
              Mobile:
                kind: native-mobile
                sync:
                  Shop.Box: { mode: by-xpath, constraint: "[Shop.Item_Box/Shop.Item/State = 'open' or Shop.Box_Person = '[%CurrentUser%]']" }
                  Shop.Item: { mode: all }
                  Shop.Alarm: { mode: by-xpath, constraint: "[Due < '[%CurrentDateTime%]' and Due > '[%CurrentDateTime%] - [%HourLength%]']" }
                  Shop.Reading: { mode: all }
            """;

    private static final String TABLES = """
            CREATE TABLE person (id bigint PRIMARY KEY, login text);
            CREATE TABLE box (id bigint PRIMARY KEY, label text, person_id bigint);
            CREATE TABLE item (id bigint PRIMARY KEY, state text, due timestamptz, box_id bigint);
            CREATE TABLE alarm (id bigint PRIMARY KEY, due timestamptz);
            CREATE TABLE reading (id bigint PRIMARY KEY, value int) PARTITION BY RANGE (id);
            CREATE TABLE reading_low PARTITION OF reading FOR VALUES FROM (MINVALUE) TO (1000);
            CREATE TABLE reading_high PARTITION OF reading FOR VALUES FROM (1000) TO (MAXVALUE);
            """;

    private static final int WHOLE = 5_000;
    private static final Caller WORKER = new Caller("ada", Set.of(new RoleName("Worker")));
    private static final Caller CHIEF = new Caller("ada", Set.of(new RoleName("Chief")));

    private static Vertx vertx;

    private TestDatabase database;
    private PulledStore store;
    private Regime regime;
    private Pulls pulls;
    private final List<PullLine> taken = new ArrayList<>();

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
        database = TestDatabase.create().run(TABLES);
        store = new PulledStore(vertx, database);
        startWith(MODEL);
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private void startWith(String text) {
        Model model = ModelReader.read(text)
                .model()
                .orElseThrow(() -> new IllegalStateException(
                        ModelReader.read(text).issues().toString()));
        regime = new Regime(model, List.of(), Map.of());
        pulls = store.gateway(model);
        assertThat(store.look(model)).isEmpty();
    }

    private PullDevice device(Caller caller) {
        return new PullDevice("device", regime.model(), caller, Optional.empty(), true);
    }

    private Pull begin(PullDevice device) {
        return pulls.begin(device.request(regime));
    }

    private Download.Piece piece(PullDevice device, Pull pull, int most) {
        Download.Piece piece = pull.next(most).await().atMost(PulledStore.PATIENCE);
        device.take(piece);
        taken.addAll(piece.lines());
        return piece;
    }

    private int pull(PullDevice device, int most) {
        taken.clear();
        Pull pull = begin(device);
        int pieces = 1;
        while (!piece(device, pull, most).last()) {
            pieces++;
        }
        assertThat(device.isComplete()).isTrue();
        return pieces;
    }

    private PullDevice pulled(Caller caller) {
        PullDevice device = device(caller);
        pull(device, WHOLE);
        return device;
    }

    private static Set<String> ids(PullDevice device, String entity) {
        return new TreeSet<>(device.held(EntityName.parse("Shop." + entity)).keySet());
    }

    private static Answer.Shown shown(PullDevice device, String entity, String id) {
        return Objects.requireNonNull(
                        device.held(EntityName.parse("Shop." + entity)).get(id))
                .shown();
    }

    private void expires(PullDevice device) {
        Pull pull = begin(device);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> piece(device, pull, WHOLE))
                .satisfies(refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.CURSOR_EXPIRED));
        device.beginAgain();
    }

    @Nested
    class Objects_and_references {
        @Test
        void what_leaves_and_comes_again_is_there_and_what_comes_and_leaves_is_not() {
            database.run("INSERT INTO item VALUES (1, 'a')");
            PullDevice device = pulled(WORKER);
            database.run(
                    "UPDATE item SET state = 'secret'",
                    "UPDATE item SET state = 'b'",
                    "INSERT INTO item VALUES (2, 'a')");
            database.run("UPDATE item SET state = 'secret' WHERE id = 2");
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).containsExactly("1");

            database.run("DELETE FROM item WHERE id = 1");
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).isEmpty();
            database.run("INSERT INTO item VALUES (1, 'again')");
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).containsExactly("1");
        }

        @Test
        void inv_18_a_root_from_which_a_reference_moves_to_another_is_lost() {
            database.run(
                    "INSERT INTO box VALUES (1, 'one'), (2, 'two')", "INSERT INTO item VALUES (1, 'open', NULL, 1)");
            PullDevice device = pulled(WORKER);
            assertThat(ids(device, "Box")).containsExactly("1");

            database.run("UPDATE item SET box_id = 2");
            pull(device, WHOLE);
            assertThat(ids(device, "Box")).containsExactly("2");
            database.run("DELETE FROM item");
            pull(device, WHOLE);
            assertThat(ids(device, "Box")).isEmpty();
        }

        @Test
        void inv_12_gaps_in_the_sequences_and_transactions_that_are_given_up_change_nothing() throws SQLException {
            PullDevice device = pulled(WORKER);
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO item VALUES (1, 'a')");
                database.run("INSERT INTO item VALUES (2, 'a')", "SELECT nextval('tidegate.log_seq')");
                pull(device, WHOLE);
                connection.rollback();
                database.run("INSERT INTO item VALUES (3, 'a')");
            }
            pull(device, WHOLE);

            assertThat(ids(device, "Item")).containsExactly("2", "3");
        }

        @Test
        void inv_9_one_row_and_then_a_hundred_thousand_in_one_session_come_all() throws SQLException {
            PullDevice device = pulled(WORKER);
            int many = 100_000;
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO item VALUES (0, 'a')");
                pull(device, WHOLE);
                statement.execute("INSERT INTO item SELECT i, 'a' FROM generate_series(1, " + many + ") i");
                statement.execute("UPDATE item SET state = CASE WHEN id % 2 = 0 THEN 'b' ELSE 'secret' END");
            }
            int pieces = pull(device, WHOLE);

            assertThat(pieces).as("legs").isGreaterThan(many / WHOLE);
            assertThat(ids(device, "Item"))
                    .isEqualTo(new TreeSet<>(IntStream.rangeClosed(0, many / 2)
                            .mapToObj(i -> Integer.toString(2 * i))
                            .toList()));
        }
    }

    @Nested
    class Tables {
        @Test
        void inv_7_a_set_of_references_to_what_is_in_no_profile_is_told_too() {
            database.run(
                    "CREATE TABLE mark (id bigint PRIMARY KEY, note text)",
                    "CREATE TABLE item_mark (item_id bigint, mark_id bigint, PRIMARY KEY (item_id, mark_id))",
                    "INSERT INTO mark VALUES (7)",
                    "INSERT INTO item VALUES (1, 'a')");
            startWith(MODEL.replace(
                            "    associations:\n",
                            "    associations:\n      Item_Mark: { from: Shop.Item, to: Shop.Mark, type: reference-set,"
                                    + " join-table: { name: item_mark, from: item_id, to: mark_id } }\n")
                    .replace(
                            "      Box: {",
                            "      Mark: { store: oracle, id: { column: id, type: long },"
                                    + " attributes: { Note: { type: string } } }\n      Box: {"));
            PullDevice device = pulled(WORKER);
            database.run("INSERT INTO item_mark VALUES (1, 7)");
            pull(device, WHOLE);

            assertThat(shown(device, "Item", "1").associations()).containsEntry("Shop.Item_Mark", List.of("Long 7"));
            database.run("TRUNCATE item_mark");
            pull(device, WHOLE);
            assertThat(shown(device, "Item", "1").associations()).containsEntry("Shop.Item_Mark", List.of());
        }

        @Test
        void inv_10_partitions_that_are_written_by_their_own_names_are_told() {
            database.run("INSERT INTO reading VALUES (1, 1), (2000, 1)");
            PullDevice device = pulled(WORKER);
            database.run(
                    "INSERT INTO reading_low VALUES (2, 2)",
                    "DELETE FROM reading_high",
                    "INSERT INTO reading_high VALUES (3000, 1)",
                    "UPDATE reading_low SET value = 7 WHERE id = 1");
            pull(device, WHOLE);

            assertThat(ids(device, "Reading")).containsExactly("1", "2", "3000");
            assertThat(shown(device, "Reading", "1").attributes()).containsEntry("Value", "Integer 7");
            database.run("TRUNCATE reading_low");
            pull(device, WHOLE);
            assertThat(ids(device, "Reading")).containsExactly("3000");
        }

        @Test
        void inv_10_children_that_inherit_and_partitions_that_come_and_go_are_followed_from_the_next_look_on() {
            database.run("CREATE TABLE crate () INHERITS (box)", "INSERT INTO item VALUES (1, 'open', NULL, 5)");
            PullDevice device = pulled(WORKER);
            assertThat(store.look(regime.model())).isEmpty();
            database.run("INSERT INTO crate VALUES (5, 'five')");
            pull(device, WHOLE);
            assertThat(ids(device, "Box")).containsExactly("5");

            database.run("INSERT INTO reading VALUES (1, 1), (2000, 1)");
            pull(device, WHOLE);
            database.run(
                    "ALTER TABLE reading DETACH PARTITION reading_low",
                    "CREATE TABLE reading_other PARTITION OF reading FOR VALUES FROM (MINVALUE) TO (1000)",
                    "INSERT INTO reading_other VALUES (3, 3)");
            assertThat(store.look(regime.model())).isEmpty();
            pull(device, WHOLE);
            assertThat(ids(device, "Reading")).containsExactly("2000", "3");
        }

        @Test
        void inv_8_a_writer_without_rights_on_the_gateways_schema_is_told() throws SQLException {
            PullDevice device = pulled(WORKER);
            String role = "stranger_" + database.name();
            database.run("CREATE ROLE " + role, "GRANT ALL ON item TO " + role);
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET ROLE " + role);
                statement.execute("INSERT INTO item VALUES (1, 'a'), (2, 'a')");
                statement.execute("DELETE FROM item WHERE id = 2");
            } finally {
                database.run("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
            pull(device, WHOLE);

            assertThat(ids(device, "Item")).containsExactly("1");
        }

        @Test
        void a_store_in_which_nothing_is_installed_yet_is_not_there_for_a_while() {
            PullDevice device = pulled(WORKER);
            database.run("DROP SCHEMA tidegate CASCADE");

            assertThat(piece(device, begin(device), WHOLE).last()).isTrue();
            assertThat(device.isComplete()).isFalse();
        }

        @Test
        void a_table_that_somebody_has_locked_is_a_store_that_is_not_there_for_a_while() throws SQLException {
            database.run("INSERT INTO item VALUES (1, 'a')");
            PullDevice device = pulled(WORKER);
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("TRUNCATE item");
                assertThat(piece(device, begin(device), WHOLE).last()).isTrue();
                assertThat(device.isComplete()).isFalse();
                assertThat(ids(device, "Item")).containsExactly("1");
                connection.commit();
            }
            pull(device, WHOLE);

            assertThat(ids(device, "Item")).isEmpty();
        }
    }

    @Nested
    class Rights_and_rules {
        @BeforeEach
        void items() {
            database.run("INSERT INTO item VALUES (1, 'a'), (2, 'secret')", "INSERT INTO reading VALUES (1, 1)");
        }

        @Test
        void inv_19_what_a_role_let_see_goes_with_the_role() {
            PullDevice device = pulled(new Caller("ada", Set.of(new RoleName("Worker"), new RoleName("Chief"))));
            assertThat(ids(device, "Item")).containsExactly("1", "2");

            device.become(WORKER);
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).containsExactly("1");
            assertThat(ids(device, "Reading")).containsExactly("1");
            device.become(CHIEF);
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).containsExactly("1", "2");
            assertThat(ids(device, "Reading")).isEmpty();
        }

        @Test
        void inv_19_a_rule_that_changes_changes_its_set_and_sends_no_other() {
            PullDevice device = pulled(WORKER);
            startWith(MODEL.replace("[State != 'secret']", "[State = 'secret']"));
            pull(device, WHOLE);

            assertThat(ids(device, "Item")).containsExactly("2");
            assertThat(taken.stream()
                            .filter(PullLine.Retain.class::isInstance)
                            .map(line -> ((PullLine.Retain) line).entity().name()))
                    .containsExactly("Item");
        }

        @ParameterizedTest
        @CsvSource({"Item, nothing-preserve", "Reading, never"})
        void what_a_mode_leaves_on_the_device_stays_and_is_right_when_the_mode_is_as_it_was(
                String entity, String mode) {
            database.run("INSERT INTO item VALUES (3, 'a')", "INSERT INTO reading VALUES (3, 1)");
            PullDevice device = pulled(WORKER);
            startWith(
                    MODEL.replace("Shop." + entity + ": { mode: all }", "Shop." + entity + ": { mode: " + mode + " }"));
            database.run("DELETE FROM item WHERE id = 1", "DELETE FROM reading WHERE id = 1");
            pull(device, WHOLE);

            assertThat(ids(device, entity)).containsExactly("1", "3");

            startWith(MODEL);
            pull(device, WHOLE);

            assertThat(ids(device, entity)).containsExactly("3");
        }

        @Test
        void what_a_mode_cleared_comes_again_when_the_mode_is_as_it_was() {
            PullDevice device = new PullDevice(
                    "device", regime.model(), WORKER, Optional.of(Set.of(EntityName.parse("Shop.Item"))), true);
            pull(device, WHOLE);
            startWith(MODEL.replace("Shop.Item: { mode: all }", "Shop.Item: { mode: nothing-clear }"));
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).isEmpty();
            startWith(MODEL);
            pull(device, WHOLE);

            assertThat(ids(device, "Item")).containsExactly("1");
        }

        @Test
        void a_client_of_an_older_model_may_write_associations_that_it_could() {
            startWith(MODEL.replace("Shop.Item: { mode: all }", "Shop.Item: { mode: online, compatibility: true }"));
            PullDevice old = new PullDevice("old", regime.model(), CHIEF, Optional.empty(), false);
            pull(old, WHOLE);

            assertThat(shown(old, "Item", "1").readOnly()).doesNotContain("Shop.Item_Box");
        }
    }

    /** A client that is led through the store piece by piece while what its sets mean changes. */
    @Nested
    class Under_way {
        private PullDevice device;

        @BeforeEach
        void far_behind() {
            database.run(
                    "INSERT INTO person VALUES (1, 'ada')",
                    "INSERT INTO box SELECT i, 'b', 1 FROM generate_series(1, 3) i",
                    "INSERT INTO reading SELECT i, 1 FROM generate_series(1, 9) i");
            device = pulled(WORKER);
            database.run("UPDATE box SET label = 'c'", "UPDATE reading SET value = 2 WHERE id = 1");
        }

        @Test
        void inv_10_a_barrier_that_comes_with_a_change_of_meaning_is_not_passed() {
            piece(device, begin(device), 1);
            database.run("TRUNCATE reading", "DELETE FROM person");
            pull(device, 2);

            assertThat(ids(device, "Reading")).isEmpty();
            assertThat(ids(device, "Box")).isEmpty();
        }

        @Test
        void inv_19_what_the_clock_brought_on_the_way_goes_when_the_clock_has_passed_it() {
            String due = MovingClock.BEGIN.plus(Duration.ofHours(1)).toString();
            database.run("INSERT INTO alarm VALUES (1, '" + due + "')");
            pull(device, WHOLE);
            assertThat(ids(device, "Alarm")).isEmpty();
            database.run("UPDATE box SET label = 'd'", "UPDATE reading SET value = 3");
            store.clock.move(Duration.ofMinutes(61));
            assertThat(piece(device, begin(device), 4).last()).isFalse();
            assertThat(ids(device, "Alarm")).containsExactly("1");
            database.run("DELETE FROM person");
            store.clock.move(Duration.ofHours(5));
            pull(device, 4);

            assertThat(ids(device, "Alarm")).isEmpty();
        }
    }

    @Nested
    class Long_ago {
        @Test
        void inv_8_what_happened_while_no_gateway_ran_for_sixty_days_is_told_and_once_it_is_forgotten_the_cursor_is() {
            database.run("INSERT INTO item VALUES (1, 'a')");
            PullDevice device = pulled(WORKER);
            PullDevice absent = pulled(WORKER);
            database.run("UPDATE item SET state = 'b'", "INSERT INTO item VALUES (2, 'a')");
            PulledStore.age(database, Duration.ofDays(60));
            database.run("INSERT INTO item VALUES (3, 'a')");
            startWith(MODEL);
            pull(device, WHOLE);
            assertThat(ids(device, "Item")).containsExactly("1", "2", "3");

            store.forget(Duration.ofDays(30));
            database.run("DELETE FROM item WHERE id = 2");
            expires(absent);
            pull(absent, 1);
            pull(device, WHOLE);
            assertThat(ids(absent, "Item")).containsExactly("1", "3");
            assertThat(ids(device, "Item")).containsExactly("1", "3");
        }

        @Test
        void inv_11_a_log_that_is_pruned_under_a_client_on_its_way_expires_it_and_what_it_holds_is_put_right() {
            database.run("INSERT INTO item SELECT i, 'a' FROM generate_series(1, 9) i");
            PullDevice device = pulled(WORKER);
            database.run("UPDATE item SET state = 'b'", "DELETE FROM item WHERE id > 7");
            piece(device, begin(device), 2);
            PulledStore.age(database, Duration.ofDays(60));
            store.forget(Duration.ofDays(30));

            expires(device);
            pull(device, 2);
            assertThat(ids(device, "Item")).containsExactly("1", "2", "3", "4", "5", "6", "7");
        }

        @Test
        void inv_22_a_store_that_was_restored_from_a_copy_is_another_one() {
            database.run("INSERT INTO item VALUES (1, 'a')");
            PullDevice device = pulled(WORKER);
            String before = database.name();
            store.close();
            try (TestDatabase restored = TestDatabase.create().run(TABLES)) {
                restored.run("INSERT INTO item VALUES (2, 'a')");
                store = new PulledStore(vertx, restored);
                startWith(MODEL);
                assertThat(restored.name()).isNotEqualTo(before);
                expires(device);
                pull(device, WHOLE);

                assertThat(ids(device, "Item")).containsExactly("2");
                store.close();
            }
        }
    }
}
