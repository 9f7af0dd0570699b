package dev.tidegate.store;

import static dev.tidegate.store.LogStore.FIELD;
import static dev.tidegate.store.LogStore.keep;
import static dev.tidegate.store.LogStore.logs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.download.ChangedLogs;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a watch notices on a real store. Writers here know nothing of the gateway. */
class PgChangeWatchTest {
    private static final String NEW_CUSTOMER = "INSERT INTO customer VALUES (gen_random_uuid(), 'N', 'Bern')";
    private static final String NEW_READING = "INSERT INTO reading VALUES (nextval('reading_seq'), 'a', 1)";
    private static final ChangedLogs CUSTOMERS = hierarchies("Customer");
    private static final ChangedLogs READINGS = hierarchies("Reading");
    private static final ChangedLogs EVERYTHING = new ChangedLogs(
            Set.of(entity("Task"), entity("Customer"), entity("Reading"), entity("Tag")),
            Set.of(new AssociationName("Shop", "Task_Tag")));

    private static Vertx vertx;

    private TestDatabase store;
    private Pool pool;
    private PgChangeWatch watch;

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
        watch = watch(store);
    }

    @AfterEach
    void close() {
        watch.rest(FIELD);
        pool.closeAndForget();
        store.close();
    }

    private static PgChangeWatch watch(TestDatabase store) {
        Model model = LogStore.model(LogStore.text());
        WatchedEntities watched = WatchRules.watched(Rulebook.of(model));
        return new PgChangeWatch(
                Set.of(FIELD),
                _ -> PgConnection.connect(
                        vertx,
                        new PgConnectOptions()
                                .setHost(store.host())
                                .setPort(store.port())
                                .setDatabase(store.name())
                                .setUser(store.username())
                                .setPassword(store.password())
                                .setCachePreparedStatements(true)
                                .addProperty("application_name", "watch")),
                model,
                watched,
                Duration.ofSeconds(10));
    }

    private static EntityName entity(String name) {
        return new EntityName("Shop", name);
    }

    private static ChangedLogs hierarchies(String name) {
        return new ChangedLogs(Set.of(entity(name)), Set.of());
    }

    private ChangedLogs look() {
        return watch.look(FIELD).await().atMost(Duration.ofSeconds(30));
    }

    private void begin() {
        keep(logs(LogStore.text(), pool));
        assertThat(look()).isEqualTo(EVERYTHING);
    }

    @Nested
    class A_look {
        @Test
        void notices_once_what_was_committed_and_where() {
            begin();
            store.run(NEW_CUSTOMER);
            assertThat(look()).isEqualTo(CUSTOMERS);
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
            store.run(NEW_READING, "INSERT INTO tag VALUES ('red')");
            assertThat(look()).isEqualTo(new ChangedLogs(Set.of(entity("Reading"), entity("Tag")), Set.of()));
        }

        @Test
        void knows_a_specialization_by_its_root_and_a_join_table_by_its_association() {
            begin();
            store.run("WITH made AS (INSERT INTO task (kind) VALUES ('Shop.Order') RETURNING id) "
                    + "INSERT INTO orders SELECT id, 1, NULL FROM made");
            store.run("INSERT INTO tag VALUES ('red')");
            assertThat(look().hierarchies()).containsExactlyInAnyOrder(entity("Task"), entity("Tag"));
            store.run("INSERT INTO task_tag SELECT id, 'red' FROM task");
            // The object's version is raised with its set.
            assertThat(look())
                    .isEqualTo(
                            new ChangedLogs(Set.of(entity("Task")), Set.of(new AssociationName("Shop", "Task_Tag"))));
        }

        @Test
        void notices_nothing_where_nothing_is_logged() {
            begin();
            store.run(
                    "INSERT INTO hidden VALUES (gen_random_uuid(), 'w')", "UPDATE customer SET city = 'X' WHERE false");
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
        }

        @Test
        void notices_that_nobody_knows_any_more_what_a_table_held() {
            begin();
            store.run(NEW_READING);
            assertThat(look()).isEqualTo(READINGS);
            store.run("TRUNCATE reading");
            assertThat(look()).isEqualTo(READINGS);
        }
    }

    @Nested
    class A_transaction {
        @Test
        void that_commits_behind_later_ones_is_noticed_when_it_does() throws SQLException {
            begin();
            try (Connection late = store.connect();
                    Statement statement = late.createStatement()) {
                late.setAutoCommit(false);
                statement.execute(NEW_CUSTOMER);
                assertThat(look()).isEqualTo(ChangedLogs.NONE);
                store.run(NEW_READING);
                assertThat(look()).isEqualTo(READINGS);
                store.run(NEW_READING);
                assertThat(look()).isEqualTo(READINGS);
                late.commit();
            }
            assertThat(look()).isEqualTo(CUSTOMERS);
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
        }

        @Test
        void that_began_before_the_first_look_is_noticed_too() throws SQLException {
            keep(logs(LogStore.text(), pool));
            try (Connection late = store.connect();
                    Statement statement = late.createStatement()) {
                late.setAutoCommit(false);
                statement.execute(NEW_CUSTOMER);
                assertThat(look()).isEqualTo(EVERYTHING);
                assertThat(look()).isEqualTo(ChangedLogs.NONE);
                late.commit();
            }
            assertThat(look()).isEqualTo(CUSTOMERS);
        }

        @Test
        void that_is_rolled_back_is_not_noticed_nor_what_a_savepoint_took_back() throws SQLException {
            begin();
            try (Connection other = store.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute(NEW_CUSTOMER);
                other.rollback();
                assertThat(look()).isEqualTo(ChangedLogs.NONE);
                statement.execute("SAVEPOINT before");
                statement.execute(NEW_CUSTOMER);
                statement.execute("ROLLBACK TO before");
                statement.execute("SAVEPOINT again");
                statement.execute(NEW_READING);
                statement.execute("RELEASE again");
                other.commit();
            }
            assertThat(look()).isEqualTo(READINGS);
        }
    }

    @Nested
    class When_nothing_is_known {
        @Test
        void everything_may_have_changed_after_a_rest() {
            begin();
            watch.rest(FIELD);
            assertThat(look()).isEqualTo(EVERYTHING);
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
        }

        @Test
        void a_lost_connection_fails_one_look_and_then_everything_may_have_changed() {
            begin();
            store.column("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'watch'"
                    + " AND datname = current_database()");
            assertThatThrownBy(PgChangeWatchTest.this::look).isInstanceOf(Exception.class);
            assertThat(look()).isEqualTo(EVERYTHING);
        }

        @Test
        void a_store_without_logs_is_quiet() {
            assertThat(look()).isEqualTo(EVERYTHING);
            store.run(NEW_CUSTOMER);
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
        }

        @Test
        void a_log_that_goes_fails_one_look() {
            begin();
            store.run("DROP TABLE tidegate." + LogStore.log(store, "Tag"), NEW_CUSTOMER);
            assertThatThrownBy(PgChangeWatchTest.this::look).isInstanceOf(Exception.class);
            assertThat(look()).isEqualTo(EVERYTHING);
            store.run(NEW_CUSTOMER);
            assertThat(look()).isEqualTo(CUSTOMERS);
        }

        @Test
        void what_was_restored_from_elsewhere_is_not_noticed_for_ever() {
            begin();
            store.run("INSERT INTO tidegate." + LogStore.log(store, "Customer")
                    + " (xid, source, kind) VALUES ('99999999999', 0, 'B')");
            assertThat(look()).isEqualTo(ChangedLogs.NONE);
        }
    }
}
