package dev.tidegate.store;

import static dev.tidegate.store.LogStore.FIELD;
import static dev.tidegate.store.LogStore.barriers;
import static dev.tidegate.store.LogStore.keep;
import static dev.tidegate.store.LogStore.log;
import static dev.tidegate.store.LogStore.logs;
import static dev.tidegate.store.LogStore.pairs;
import static dev.tidegate.store.LogStore.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Model;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.sql.LogStatements;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The change log of store-protocol.md on a real store; numbers are its invariants. Writers here know nothing of the gateway. */
class ChangeLogTest {
    private static final String ONE = "00000000-0000-0000-0000-000000000001";
    private static final String TWO = "00000000-0000-0000-0000-000000000002";
    private static final String THREE = "00000000-0000-0000-0000-000000000003";

    private static Vertx vertx;

    private TestDatabase store;
    private Pool pool;
    private ChangeLogs logs;

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
        store = LogStore.create();
        pool = PgUploadQueueTest.pool(vertx, store, 4);
        logs = logs(LogStore.text(), pool);
        assertThat(keep(logs).wanting()).isEmpty();
    }

    @AfterEach
    void close() {
        pool.closeAndForget();
        store.close();
    }

    private void customers(String... ids) {
        for (String id : ids) {
            store.run("INSERT INTO customer VALUES ('" + id + "', 'N', 'Bern')");
        }
    }

    @Nested
    class Rows {
        @Test
        void inv_7_one_row_for_each_object_with_what_changed() {
            store.run(
                    "INSERT INTO customer VALUES ('" + ONE + "', 'Ann', 'Bern'), ('" + TWO + "', 'Bob', NULL)",
                    "UPDATE customer SET city = 'Basel'",
                    "UPDATE customer SET name = 'Eve', city = 'Bern' WHERE name = 'Ann'",
                    "UPDATE customer SET name = name WHERE name = 'Eve'",
                    "DELETE FROM customer WHERE name = 'Eve'",
                    "UPDATE customer SET name = 'nobody' WHERE false");

            assertThat(rows(store, "Customer"))
                    .containsExactly(
                            "I Customer " + ONE,
                            "I Customer " + TWO,
                            "U Customer " + ONE + " City",
                            "U Customer " + TWO + " City",
                            "U Customer " + ONE + " City+Name",
                            "U Customer " + ONE,
                            "D Customer " + ONE);
        }

        @Test
        void inv_7_tables_of_a_hierarchy_share_a_log_and_what_is_not_watched_has_none() {
            store.run(
                    "INSERT INTO task (id, kind, title) VALUES ('" + ONE + "', 'Shop.Order', 'T')",
                    "INSERT INTO orders VALUES ('" + ONE + "', 1, NULL)",
                    "UPDATE orders SET cost = 2",
                    "INSERT INTO hidden VALUES ('" + ONE + "', 'w')",
                    "DELETE FROM task");

            assertThat(rows(store, "Task"))
                    .containsExactly(
                            "I Task " + ONE,
                            "I Order " + ONE,
                            "U Order " + ONE + " Cost",
                            "U Task " + ONE,
                            "D Task " + ONE,
                            "D Order " + ONE);
            assertThat(store.column("SELECT name FROM tidegate.log WHERE name LIKE '%hidden%'"))
                    .isEmpty();
        }

        @Test
        void inv_24_the_row_that_leads_to_a_version_comes_after_those_of_what_the_version_tells() {
            store.run(
                    "INSERT INTO tag VALUES ('red')",
                    "INSERT INTO task (id, kind) VALUES ('" + ONE + "', 'Shop.Order')",
                    "INSERT INTO orders VALUES ('" + ONE + "', 1, NULL)",
                    "INSERT INTO task_tag VALUES ('" + ONE + "', 'red')",
                    "UPDATE orders SET cost = 2");

            assertThat(store.column("SELECT version_before || '>' || version_after FROM tidegate." + log(store, "Task")
                            + " WHERE version_before IS NOT NULL ORDER BY seq"))
                    .containsExactly("1>2", "2>3");
            assertThat(store.value("SELECT (SELECT max(seq) FROM tidegate." + log(store, "Task_Tag")
                            + " WHERE kind = 'I') < (SELECT seq FROM tidegate." + log(store, "Task")
                            + " WHERE version_after = '2')"))
                    .isEqualTo("t");
            assertThat(store.value("SELECT row_version FROM task")).isEqualTo("3");
        }

        @Test
        void inv_23_without_a_version_column_the_xmin_of_the_log_row_is_the_version_also_in_a_savepoint() {
            customers(ONE);
            store.run("BEGIN; UPDATE customer SET name = 'a'; SAVEPOINT s; UPDATE customer SET name = 'b';"
                    + " RELEASE SAVEPOINT s; COMMIT");

            assertThat(store.value("SELECT xmin::text FROM customer"))
                    .isEqualTo(store.value("SELECT xmin::text FROM tidegate." + log(store, "Customer")
                            + " WHERE kind <> 'B' ORDER BY seq DESC LIMIT 1"));
            assertThat(store.value(
                            "SELECT count(DISTINCT xid) FROM tidegate." + log(store, "Customer") + " WHERE kind = 'U'"))
                    .isEqualTo("1");
            assertThat(store.value("SELECT count(DISTINCT xmin::text) FROM tidegate." + log(store, "Customer")
                            + " WHERE kind = 'U'"))
                    .isEqualTo("2");
        }

        @Test
        void inv_7_old_values_of_what_constraints_read_are_kept() {
            customers(ONE, TWO);
            store.run(
                    "INSERT INTO task (id, kind) VALUES ('" + THREE + "', 'Shop.Order')",
                    "INSERT INTO orders VALUES ('" + THREE + "', 1, '" + ONE + "')",
                    "UPDATE orders SET customer_id = '" + TWO + "'",
                    "UPDATE customer SET name = 'x', city = 'Basel' WHERE id = '" + ONE + "'",
                    "DELETE FROM orders");

            assertThat(oldValues("Task", "Shop.Order_Customer", "Order")).containsExactly(ONE, TWO);
            assertThat(oldValues("Customer", "City", "Customer")).containsExactly("Bern");
            assertThat(store.column(
                            "SELECT attname FROM pg_attribute WHERE attname LIKE 'old\\_%' AND attrelid::regclass IN "
                                    + "('tidegate." + log(store, "Task") + "', 'tidegate." + log(store, "Customer")
                                    + "')"))
                    .as("a narrow log")
                    .hasSize(2);
        }

        private List<String> oldValues(String log, String member, String entity) {
            String column = store.value("SELECT 'old_' || m.source || '_' || bit FROM tidegate.log_member m "
                    + "JOIN tidegate.log_source s ON s.number = m.source WHERE member = '" + member
                    + "' AND s.source LIKE '%." + entity + "'");
            return store
                    .column("SELECT " + column + " FROM tidegate." + log(store, log) + " WHERE " + column
                            + " IS NOT NULL AND kind IN ('U', 'D') ORDER BY seq")
                    .stream()
                    .map(String::valueOf)
                    .toList();
        }

        @Test
        void inv_10_a_changed_key_is_a_delete_and_an_insert() {
            customers(ONE);
            store.run("UPDATE customer SET id = '" + TWO + "', name = 'x'");

            assertThat(rows(store, "Customer"))
                    .containsExactly("I Customer " + ONE, "D Customer " + ONE, "I Customer " + TWO);
        }

        @Test
        void upserts_and_merges_are_told_as_what_they_did() {
            customers(ONE);
            store.run(
                    "INSERT INTO customer VALUES ('" + ONE + "', 'x', 'Bern'), ('" + TWO + "', 'y', 'Bern') "
                            + "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                    "MERGE INTO customer c USING (VALUES ('" + ONE + "'::uuid, 'z'), ('" + TWO + "', NULL), ('" + THREE
                            + "', 'q')) AS v(id, name) ON c.id = v.id "
                            + "WHEN MATCHED AND v.name IS NULL THEN DELETE "
                            + "WHEN MATCHED THEN UPDATE SET name = v.name "
                            + "WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.name, NULL)");

            assertThat(rows(store, "Customer"))
                    .containsExactlyInAnyOrder(
                            "I Customer " + ONE,
                            "I Customer " + TWO,
                            "U Customer " + ONE + " Name",
                            "U Customer " + ONE + " Name",
                            "D Customer " + TWO,
                            "I Customer " + THREE);
        }

        @Test
        void cascades_and_pairs_are_told() {
            store.run(
                    "INSERT INTO customer VALUES ('" + ONE + "')",
                    "INSERT INTO tag VALUES ('red'), ('blue')",
                    "INSERT INTO task (id, kind) VALUES ('" + TWO + "', 'Shop.Order')",
                    "INSERT INTO orders VALUES ('" + TWO + "', 1, '" + ONE + "')",
                    "INSERT INTO task_tag VALUES ('" + TWO + "', 'red')",
                    "UPDATE task_tag SET tag_code = 'blue'",
                    "UPDATE task_tag SET tag_code = tag_code",
                    "DELETE FROM tag WHERE code = 'blue'",
                    "DELETE FROM customer");

            assertThat(pairs(store, "Task_Tag"))
                    .containsExactly(
                            "I Task_Tag " + TWO + " red",
                            "D Task_Tag " + TWO + " red",
                            "I Task_Tag " + TWO + " blue",
                            "D Task_Tag " + TWO + " blue");
            assertThat(rows(store, "Task")).contains("D Order " + TWO);
        }

        @Test
        void aborted_transactions_and_savepoints_leave_nothing() {
            store.run("BEGIN; INSERT INTO customer VALUES ('" + ONE + "'); SAVEPOINT s; INSERT INTO customer VALUES ('"
                    + TWO + "'); ROLLBACK TO s; COMMIT; BEGIN; DELETE FROM customer; ROLLBACK");

            assertThat(rows(store, "Customer")).containsExactly("I Customer " + ONE);
        }

        @Test
        void bulk_changes_are_told_row_by_row_and_quickly_in_a_session_that_began_with_one_row() throws SQLException {
            try (Connection session = store.connect();
                    Statement statement = session.createStatement()) {
                for (int i = 0; i < 8; i++) {
                    statement.execute("INSERT INTO customer VALUES (gen_random_uuid(), 'n', 'c')");
                    statement.execute("UPDATE customer SET name = 'm'");
                }
                statement.execute(
                        "INSERT INTO customer SELECT gen_random_uuid(), 'n', 'c' FROM generate_series(1, 20000)");
                long begun = System.nanoTime();
                statement.execute("UPDATE customer SET name = 'o'");

                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("inv 9: 17 s with a nested loop")
                        .isLessThan(Duration.ofSeconds(5));
            }
            assertThat(store.value("SELECT count(*) FROM tidegate." + log(store, "Customer") + " WHERE kind = 'U'"))
                    .isEqualTo(Integer.toString(
                            20_008 + IntStream.rangeClosed(1, 8).sum()));
        }
    }

    @Nested
    class Harmless {
        @Test
        void inv_8_a_role_without_rights_on_the_schema_writes_as_before() {
            String role = "w_" + store.name();
            store.run(
                    "CREATE ROLE " + role,
                    "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role,
                    "REVOKE ALL ON SCHEMA tidegate FROM PUBLIC");
            try {
                store.run("SET ROLE " + role + "; INSERT INTO customer VALUES ('" + ONE
                        + "'); UPDATE customer SET name = 'x'; DELETE FROM customer; RESET ROLE");

                assertThat(rows(store, "Customer"))
                        .containsExactly("I Customer " + ONE, "U Customer " + ONE + " Name", "D Customer " + ONE);
                assertThat(store.column("SELECT proname FROM pg_proc WHERE pronamespace = 'tidegate'::regnamespace AND "
                                + "has_function_privilege('" + role + "', oid, 'EXECUTE')"))
                        .isEmpty();
            } finally {
                store.run("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }

        @Test
        void inv_8_without_partitions_for_months_rows_go_to_the_default_one() {
            String log = log(store, "Customer");
            store.column(
                            "SELECT format('DROP TABLE tidegate.%I', c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
                                    + "WHERE i.inhparent = 'tidegate." + log
                                    + "'::regclass AND c.relname NOT LIKE '%default'")
                    .forEach(drop -> store.run(String.valueOf(drop)));

            customers(ONE);

            assertThat(store.value("SELECT count(*) FROM tidegate." + log + "_default WHERE kind = 'I'"))
                    .isEqualTo("1");
            assertThat(keep(logs).wanting()).isEmpty();
            customers(TWO);
            assertThat(rows(store, "Customer")).containsExactly("I Customer " + ONE, "I Customer " + TWO);
            assertThat(store.value(
                            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'tidegate." + log + "'::regclass"))
                    .as("all weeks but the one whose rows are in the default partition, and that")
                    .isEqualTo(Integer.toString(LogStatements.AHEAD + 1));
        }

        @Test
        void inv_8_a_table_of_another_shape_gets_a_barrier_and_its_writers_go_on() {
            int before = barriers(store, "Customer");
            store.run("ALTER TABLE customer DROP COLUMN city", "INSERT INTO customer VALUES ('" + ONE + "', 'x')");

            assertThat(barriers(store, "Customer")).isEqualTo(before + 1);
            assertThat(keep(logs).wanting()).isEmpty();
            store.run("UPDATE customer SET name = 'y'");
            assertThat(rows(store, "Customer")).containsExactly("U Customer " + ONE + " Name");
            store.run(
                    "ALTER TABLE customer ALTER name TYPE json USING to_json(name)", "UPDATE customer SET name = '1'");
            assertThat(keep(logs).wanting()).isEmpty();
            store.run("UPDATE customer SET name = '2'", "UPDATE customer SET name = '2'");
            assertThat(rows(store, "Customer"))
                    .containsExactly("U Customer " + ONE + " Name", "U Customer " + ONE + " Name", "U Customer " + ONE);
        }

        @Test
        void inv_8_without_the_log_writers_go_on_and_the_next_look_makes_another() {
            store.run("DROP TABLE tidegate." + log(store, "Customer"));
            customers(ONE);

            assertThat(keep(logs).wanting()).isEmpty();
            customers(TWO);
            assertThat(rows(store, "Customer")).containsExactly("I Customer " + TWO);
            assertThat(barriers(store, "Customer")).isPositive();
        }

        @Test
        void inv_8_a_busy_table_is_left_for_the_next_look_and_nobody_waits_long() throws SQLException {
            store.run("DROP TRIGGER tidegate_log_update ON customer");
            try (Connection writer = store.connect();
                    Statement statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                statement.execute("INSERT INTO customer VALUES ('" + ONE + "')");

                assertThat(keep(logs).wanting())
                        .singleElement()
                        .asString()
                        .contains("public.customer: the trigger tidegate_log_update is missing")
                        .contains("lock timeout");
                writer.commit();
            }
            assertThat(keep(logs).repaired()).isNotEmpty();
            assertThat(keep(logs)).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
        }
    }

    @Nested
    class Seen {
        @Test
        void inv_10_partitions_written_by_their_own_name_are_seen() {
            store.run(
                    "INSERT INTO reading VALUES (1, 'a', 1), (2, 'b', 1)",
                    "INSERT INTO reading_a VALUES (3, 'a', 1)",
                    "UPDATE reading_b SET value = 2",
                    "UPDATE reading SET place = 'b' WHERE id = 1",
                    "DELETE FROM reading_a");

            assertThat(rows(store, "Reading"))
                    .containsExactly(
                            "I Reading 1",
                            "I Reading 2",
                            "I Reading 3",
                            "U Reading 2 Value",
                            "U Reading 1 Place",
                            "D Reading 3");
        }

        @Test
        void inv_10_attached_and_detached_partitions_mean_a_barrier_and_are_followed() {
            int before = barriers(store, "Reading");
            store.run(
                    "CREATE TABLE reading_c (LIKE reading)",
                    "INSERT INTO reading_c VALUES (9, 'c', 1)",
                    "ALTER TABLE reading ATTACH PARTITION reading_c FOR VALUES IN ('c')",
                    "ALTER TABLE reading DETACH PARTITION reading_b",
                    "DROP TABLE reading_a");

            assertThat(keep(logs).wanting()).isEmpty();
            assertThat(barriers(store, "Reading")).isEqualTo(before + 1);
            store.run("UPDATE reading_c SET value = 2", "INSERT INTO reading_b VALUES (5, 'b', 1)");
            assertThat(rows(store, "Reading")).containsExactly("U Reading 9 Value");
            assertThat(keep(logs)).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
        }

        @Test
        void inv_10_truncated_rewritten_and_disabled_mean_a_barrier() {
            int before = barriers(store, "Reading");
            store.run("INSERT INTO reading VALUES (1, 'a', 1)", "TRUNCATE reading");
            assertThat(barriers(store, "Reading")).as("one for each partition").isEqualTo(before + 3);
            keep(logs);

            int truncated = barriers(store, "Reading");
            store.run("VACUUM FULL reading_b");
            assertThat(keep(logs).wanting()).isEmpty();
            assertThat(barriers(store, "Reading")).isEqualTo(truncated + 1);

            store.run(
                    "ALTER TABLE ONLY reading_a DISABLE TRIGGER tidegate_log_insert",
                    "INSERT INTO reading_a VALUES (7, 'a', 1)");
            assertThat(keep(logs).repaired())
                    .containsExactly("public.reading_a: the trigger tidegate_log_insert is not enabled always");
            assertThat(barriers(store, "Reading")).isEqualTo(truncated + 2);
        }

        @Test
        void inv_10_a_session_that_plays_replica_is_seen() {
            store.run("SET session_replication_role = replica; INSERT INTO customer VALUES ('" + ONE + "')");

            assertThat(rows(store, "Customer")).containsExactly("I Customer " + ONE);
        }

        @Test
        void children_that_inherit_are_seen() {
            store.run("CREATE TABLE customer_vip (card text, PRIMARY KEY (id)) INHERITS (customer)");
            keep(logs);
            store.run(
                    "INSERT INTO customer_vip VALUES ('" + ONE + "', 'n', 'c', 'gold')",
                    "UPDATE customer SET name = 'x'",
                    "UPDATE customer_vip SET card = 'blue'");

            assertThat(rows(store, "Customer"))
                    .containsExactly("I Customer " + ONE, "U Customer " + ONE + " Name", "U Customer " + ONE);
        }
    }

    @Nested
    class Installing {
        @Test
        void a_look_at_what_is_well_changes_nothing() {
            assertThat(keep(logs)).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
            assertThat(keep(logs(LogStore.text(), pool))).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
        }

        @Test
        void several_gateways_at_once_install_once() {
            try (TestDatabase other = LogStore.create()) {
                Pool many = PgUploadQueueTest.pool(vertx, other, 12);
                List<ChangeLogs.Look> looks = Uni.join()
                        .all(IntStream.range(0, 3)
                                .mapToObj(_ -> logs(LogStore.text(), many).keep(FIELD))
                                .toList())
                        .andFailFast()
                        .await()
                        .atMost(Duration.ofSeconds(60));
                keep(logs(LogStore.text(), many));

                assertThat(looks).isNotEmpty();
                assertThat(other.value("SELECT count(*) FROM tidegate.log_source"))
                        .isEqualTo("6");
                assertThat(barriers(other, "Customer")).isEqualTo(1);
                other.run("INSERT INTO customer VALUES ('" + ONE + "')");
                assertThat(rows(other, "Customer")).containsExactly("I Customer " + ONE);
                many.closeAndAwait();
            }
        }

        @Test
        void another_model_changes_what_is_logged_and_loses_nothing() {
            customers(ONE);
            store.run("UPDATE customer SET city = 'Basel'", "ALTER TABLE customer ADD COLUMN phone text");
            int before = barriers(store, "Customer");
            ChangeLogs newer = logs(
                    LogStore.text()
                            .replace(
                                    "City: { type: string }",
                                    "Phone: { type: string }\n          City: { type: string }")
                            .replace("/City = 'Bern'", "/Name = 'Ann'"),
                    pool);

            assertThat(keep(newer).wanting()).isEmpty();
            store.run("UPDATE customer SET city = 'Bern', phone = '1', name = 'b'", "UPDATE customer SET city = 'Zug'");

            assertThat(rows(store, "Customer"))
                    .containsExactly(
                            "I Customer " + ONE,
                            "U Customer " + ONE + " City",
                            "U Customer " + ONE + " City+Name+Phone",
                            "U Customer " + ONE + " City");
            assertThat(barriers(store, "Customer")).isEqualTo(before + 1);
            assertThat(
                            store.column(
                                    "SELECT proname FROM pg_proc WHERE pronamespace = 'tidegate'::regnamespace AND proname LIKE 'log\\_%'"))
                    .as("functions that nothing calls any more are gone")
                    .hasSize(6);
        }

        @Test
        void ids_of_another_type_begin_another_log() {
            store.run(
                    "INSERT INTO tag VALUES ('7')",
                    "ALTER TABLE task_tag DROP CONSTRAINT task_tag_tag_code_fkey",
                    "ALTER TABLE tag ALTER code TYPE int USING code::int",
                    "UPDATE tag SET label = 'still written'");

            assertThat(keep(logs).wanting()).isEmpty();
            assertThat(keep(logs)).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
            store.run("UPDATE tag SET label = 'x'");
            assertThat(rows(store, "Tag")).containsExactly("U Tag 7 Label");
            assertThat(store.value("SELECT pruned_xid > '0'::xid8 FROM tidegate.log WHERE name LIKE 'log_shop_tag_%'"))
                    .isEqualTo("t");
        }

        @Test
        void a_missing_table_is_told_and_hinders_no_other() {
            store.run("DROP TABLE reading");

            assertThat(keep(logs).wanting()).containsExactly("there is no table \"reading\"");
        }
    }

    @Nested
    class Forgetting {
        private final Duration deadline = Duration.ofSeconds(10);

        @Test
        void inv_11_old_weeks_go_after_it_is_known_what_they_take_along() {
            String log = log(store, "Customer");
            store.run("CREATE TABLE tidegate." + log + "_20200106 PARTITION OF tidegate." + log
                    + " FOR VALUES FROM ('2020-01-06 00:00+00') TO ('2020-01-13 00:00+00')");
            store.run("INSERT INTO tidegate." + log
                    + " (at, xid, source, kind) VALUES ('2020-01-07', '700', 1, 'U'), ('2020-01-08', '699', 1, 'U')");
            customers(ONE);

            long forgotten = sweep();

            assertThat(forgotten).isEqualTo(2);
            assertThat(store.value("SELECT pruned_xid FROM tidegate.log WHERE name = '" + log + "'"))
                    .isEqualTo("700");
            assertThat(store.value("SELECT to_regclass('tidegate." + log + "_20200106')"))
                    .isNull();
            assertThat(rows(store, "Customer")).containsExactly("I Customer " + ONE);
            assertThat(sweep()).isZero();
        }

        @Test
        void inv_11_a_week_that_a_pull_is_reading_stays_until_it_is_done() throws SQLException {
            String log = log(store, "Customer");
            store.run("CREATE TABLE tidegate." + log + "_20200106 PARTITION OF tidegate." + log
                    + " FOR VALUES FROM ('2020-01-06 00:00+00') TO ('2020-01-13 00:00+00')");
            try (Connection reader = store.connect();
                    Statement statement = reader.createStatement()) {
                reader.setAutoCommit(false);
                statement.execute("LOCK TABLE tidegate." + log + " IN ACCESS SHARE MODE");
                LogPartitions partitions = new LogPartitions(pool);
                var dropping = partitions
                        .drop(log, "tidegate.\"" + log + "_20200106\"")
                        .subscribeAsCompletionStage()
                        .toCompletableFuture();
                WriterStore.awaitLockWaits(store, 1);

                assertThat(dropping).isNotDone();
                assertThat(store.value("SELECT to_regclass('tidegate." + log + "_20200106')"))
                        .isNotNull();
                reader.rollback();
                dropping.join();
            }
            assertThat(store.value("SELECT to_regclass('tidegate." + log + "_20200106')"))
                    .isNull();
        }

        @Test
        void what_came_to_the_default_partition_long_ago_goes_too() {
            String log = log(store, "Customer");
            store.run("INSERT INTO tidegate." + log + " (at, xid, source, kind) VALUES ('2020-01-07', '700', 1, 'U')");

            assertThat(sweep()).isEqualTo(1);
            assertThat(store.value("SELECT count(*) FROM tidegate." + log + "_default"))
                    .isEqualTo("0");
            customers(ONE);
            assertThat(rows(store, "Customer")).containsExactly("I Customer " + ONE);
        }

        private long sweep() {
            var sweep = new LogLeftovers(() -> pool, deadline).sweep(Duration.ofDays(30));
            long forgotten = 0;
            while (true) {
                var step = sweep.next().await().atMost(deadline);
                forgotten += step.forgotten();
                if (!step.more()) {
                    return forgotten;
                }
            }
        }
    }

    @Nested
    class ByADba {
        @Test
        void what_the_script_says_is_all_that_is_wanting() {
            try (TestDatabase other = LogStore.create()) {
                Pool its = PgUploadQueueTest.pool(vertx, other, 2);
                var model = LogStore.model(LogStore.text());
                var watched = WatchRules.watched(Rulebook.of(model));
                PreparedStores prepared = new PreparedStores(model, _ -> its, _ -> true);
                ChangeLogs verified = new ChangeLogs(model, watched, _ -> its, prepared);

                assertThat(keep(verified).wanting())
                        .contains("there is no tidegate.lane", "there is no tidegate.log_source");
                assertThat(other.value("SELECT to_regnamespace('tidegate')")).isNull();
                other.run(script(model, watched, its, other));
                assertThat(keep(verified)).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));
                assertThat(keep(logs(LogStore.text(), its))).isEqualTo(new ChangeLogs.Look(List.of(), List.of()));

                other.run(
                        "DROP TRIGGER tidegate_log_insert ON customer", "INSERT INTO customer VALUES ('" + ONE + "')");
                assertThat(keep(verified).wanting())
                        .containsExactly("public.customer: the trigger tidegate_log_insert is missing");
                other.run(script(model, watched, its, other));
                assertThat(keep(verified).wanting()).isEmpty();
                its.closeAndAwait();
            }
        }

        private String script(Model model, WatchedEntities watched, Pool its, TestDatabase other) {
            return StoreScript.of(model, watched, FIELD, its, other.username())
                    .await()
                    .atMost(Duration.ofSeconds(20));
        }
    }
}
