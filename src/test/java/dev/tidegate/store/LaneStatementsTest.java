package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.download.LaneState;
import dev.tidegate.download.OperationPlace;
import dev.tidegate.download.ReceiptMark;
import dev.tidegate.model.LaneId;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.sql.LaneStatements;
import dev.tidegate.sql.SqlStatement;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What {@link LaneStatements} read of a store, as {@link LaneState} has it. */
class LaneStatementsTest {
    private static final LaneId LANE = new LaneId(UUID.randomUUID());
    private static final LaneId OTHER = new LaneId(UUID.randomUUID());
    private static Vertx vertx;
    private TestDatabase store;
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
        store = TestDatabase.createdAs("lanes", database -> database.run(StoreSchema.TABLES));
        pool = PgUploadQueueTest.pool(vertx, store, 2);
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        store.close();
    }

    private LaneState read(SqlStatement statement) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Row row : pool.withConnection(connection -> ChangeValues.run(connection, statement))
                .await()
                .atMost(Duration.ofSeconds(10))) {
            @Nullable Object[] values = new @Nullable Object[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.getValue(i);
            }
            rows.add(values);
        }
        return LaneState.of(rows, new StoredProblems());
    }

    private LaneState whole() {
        return read(LaneStatements.whole(LANE));
    }

    private LaneState since(String snapshot, ReceiptMark mark) {
        return read(LaneStatements.since(LANE, snapshot, mark.position(), mark.settled()));
    }

    private String snapshot() {
        return Objects.requireNonNull(store.value("SELECT pg_current_snapshot()"));
    }

    private static String claimed(LaneId lane, long position) {
        return "INSERT INTO tidegate.lane VALUES ('" + lane + "', " + position
                + ") ON CONFLICT (lane) DO UPDATE SET position = excluded.position";
    }

    private static String settled(LaneId lane, long position, int operation, int revision, String outcome) {
        return ("INSERT INTO tidegate.applied (lane, position, operation, revision, outcome, entity, hierarchy, object_id, "
                        + "version_after, problem) VALUES ('%s', %d, %d, %d, '%s', 'Shop.Order', 'Shop.Task', 'a%d', "
                        + "nullif('%s', 'rejected'), %s)")
                .formatted(
                        lane,
                        position,
                        operation,
                        revision,
                        outcome,
                        operation,
                        outcome,
                        outcome.equals("applied") ? "NULL" : "'{\"code\":\"stale\",\"detail\":\"It was changed.\"}'");
    }

    private static String settled(long position, int operation, String outcome) {
        return settled(LANE, position, operation, 0, outcome);
    }

    private static String again(long position, int operation, int revision, String outcome) {
        return settled(LANE, position, operation, revision, outcome);
    }

    private static LaneState.Settled ended(long position, int operation, Outcome outcome, boolean news) {
        String key = outcome.name().toLowerCase(Locale.ROOT);
        return new LaneState.Settled(
                new OperationPlace(position, operation),
                outcome,
                "Shop.Order",
                Optional.of("a" + operation),
                Optional.of(key).filter(version -> outcome != Outcome.REJECTED),
                outcome == Outcome.APPLIED
                        ? Optional.empty()
                        : Optional.of(Problem.of(ProblemCode.STALE, "It was changed.")),
                news);
    }

    @Nested
    class Whole {
        @Test
        void a_lane_of_which_nothing_was_applied_is_at_the_beginning() {
            LaneState state = whole();

            assertThat(state.position()).isZero();
            assertThat(state.settled()).isEmpty();
            assertThat(state.parked()).isEmpty();
        }

        @Test
        void what_is_not_plainly_applied_is_told_by_its_newest_revision() {
            store.run(
                    claimed(LANE, 3),
                    settled(1, 0, "applied"),
                    settled(1, 1, "rejected"),
                    settled(2, 0, "parked"),
                    settled(2, 1, "parked"),
                    settled(3, 0, "conflict"),
                    again(2, 0, 1, "merged"),
                    again(3, 0, 1, "rejected"),
                    again(3, 0, 2, "applied"),
                    claimed(OTHER, 9),
                    settled(OTHER, 9, 0, 0, "rejected"),
                    settled(OTHER, 9, 1, 0, "parked"));

            LaneState state = whole();

            assertThat(state.position()).isEqualTo(3);
            assertThat(state.settled())
                    .containsExactly(
                            ended(1, 1, Outcome.REJECTED, true),
                            ended(2, 0, Outcome.MERGED, true),
                            ended(2, 1, Outcome.PARKED, true),
                            ended(3, 0, Outcome.APPLIED, true));
            assertThat(state.parked()).containsExactly(new OperationPlace(2, 1));
        }

        @Test
        void what_is_older_than_90_days_is_not_told() {
            store.run(
                    claimed(LANE, 2),
                    settled(1, 0, "rejected"),
                    settled(2, 0, "rejected"),
                    "UPDATE tidegate.applied SET at = now() - interval '91 days' WHERE position = 1");

            assertThat(whole().settled()).containsExactly(ended(2, 0, Outcome.REJECTED, true));
        }
    }

    @Nested
    class Since {
        @Test
        void all_operations_beyond_the_receipt_are_told_with_what_is_news() {
            store.run(claimed(LANE, 3), settled(2, 0, "applied"), settled(3, 0, "rejected"), settled(3, 1, "applied"));
            String cursor = snapshot();
            store.run(claimed(LANE, 4), settled(4, 0, "applied"), settled(4, 1, "conflict"));

            LaneState state = since(cursor, new ReceiptMark(1, List.of(2L)));

            assertThat(state.position()).isEqualTo(4);
            assertThat(state.settled())
                    .containsExactly(
                            ended(3, 0, Outcome.REJECTED, false),
                            ended(3, 1, Outcome.APPLIED, false),
                            ended(4, 0, Outcome.APPLIED, true),
                            ended(4, 1, Outcome.CONFLICT, true));
        }

        @Test
        void what_was_settled_again_since_is_told_also_where_the_receipt_covered_it() {
            store.run(
                    claimed(LANE, 3),
                    settled(1, 0, "parked"),
                    settled(1, 1, "rejected"),
                    settled(3, 0, "parked"),
                    again(1, 1, 1, "conflict"));
            String cursor = snapshot();
            store.run(again(1, 0, 1, "applied"), again(1, 1, 2, "rejected"), again(1, 1, 3, "merged"));

            LaneState state = since(cursor, new ReceiptMark(2, List.of(3L)));

            assertThat(state.settled())
                    .containsExactly(ended(1, 0, Outcome.APPLIED, true), ended(1, 1, Outcome.MERGED, true));
            assertThat(state.parked()).containsExactly(new OperationPlace(3, 0));
        }

        @Test
        void with_two_transactions_open_across_cursors_each_revision_is_told_once() throws SQLException {
            store.run(
                    claimed(LANE, 2),
                    settled(1, 0, "parked"),
                    settled(1, 1, "parked"),
                    settled(1, 2, "parked"),
                    settled(2, 0, "applied"));
            ReceiptMark mark = new ReceiptMark(2, List.of());
            try (Connection early = store.connect();
                    Connection late = store.connect();
                    Statement first = early.createStatement();
                    Statement second = late.createStatement()) {
                early.setAutoCommit(false);
                late.setAutoCommit(false);
                first.execute(again(1, 0, 1, "rejected"));
                String cursor = snapshot();
                second.execute(again(1, 1, 1, "conflict"));
                store.run(again(1, 2, 1, "merged"));

                LaneState between = since(cursor, mark);
                String next = snapshot();
                late.commit();
                LaneState afterTheSecond = since(next, mark);
                String third = snapshot();
                early.commit();
                LaneState afterTheFirst = since(third, mark);

                assertThat(between.settled()).containsExactly(ended(1, 2, Outcome.MERGED, true));
                assertThat(between.parked()).containsExactly(new OperationPlace(1, 0), new OperationPlace(1, 1));
                assertThat(afterTheSecond.settled()).containsExactly(ended(1, 1, Outcome.CONFLICT, true));
                assertThat(afterTheFirst.settled()).containsExactly(ended(1, 0, Outcome.REJECTED, true));
                assertThat(since(snapshot(), mark).settled()).isEmpty();
                assertThat(since(cursor, mark).settled()).hasSize(3);
            }
        }

        @Test
        void rows_that_are_older_than_the_column_are_seen_by_every_receipt() {
            store.run(
                    claimed(LANE, 2),
                    settled(2, 0, "rejected"),
                    again(1, 0, 1, "rejected"),
                    "UPDATE tidegate.applied SET xid = NULL");

            assertThat(since(snapshot(), new ReceiptMark(1, List.of())).settled())
                    .containsExactly(ended(2, 0, Outcome.REJECTED, false));
        }
    }

    @Nested
    class Schema {
        @Test
        void tables_of_an_earlier_version_get_the_column_and_their_rows_stay_where_they_are() {
            store.run("ALTER TABLE tidegate.applied DROP COLUMN xid", claimed(LANE, 1), settled(1, 0, "rejected"));
            String before = place();

            store.run(StoreSchema.TABLES, StoreSchema.TABLES, settled(2, 0, "rejected"));

            assertThat(place()).isEqualTo(before);
            assertThat(store.column("SELECT xid IS NULL FROM tidegate.applied ORDER BY position"))
                    .containsExactly("t", "f");
        }

        @Test
        void where_the_gateway_may_not_change_tables_the_column_is_said_to_be_wanting() {
            store.run("ALTER TABLE tidegate.applied DROP COLUMN xid");

            assertThat(new StoreSchema(WriterStore.model())
                            .wanting(LogStore.FIELD, pool)
                            .await()
                            .atMost(Duration.ofSeconds(10)))
                    .contains("there is no column xid of tidegate.applied")
                    .doesNotContain("there is no tidegate.applied");
        }

        private String place() {
            return Objects.requireNonNull(store.value("SELECT pg_relation_filenode('tidegate.applied')"));
        }

        @Test
        void each_part_of_a_receipt_is_found_by_an_index() {
            store.run(
                    "INSERT INTO tidegate.applied (lane, position, operation, revision, outcome, entity) "
                            + "SELECT md5((n % 50)::text)::uuid, n, 0, 0, CASE WHEN n % 9 = 0 THEN 'parked' ELSE 'applied' END, 'S.O' "
                            + "FROM generate_series(1, 40000) AS n",
                    "INSERT INTO tidegate.applied (lane, position, operation, revision, outcome, entity) "
                            + "SELECT lane, position, operation, 1, 'applied', 'S.O' FROM tidegate.applied WHERE outcome = 'parked' AND position > 200",
                    "ANALYZE tidegate.applied");
            UUID lane = UUID.fromString(Objects.requireNonNull(store.value("SELECT md5('7')::uuid")));
            String cursor = snapshot();
            List<String> plan = new ArrayList<>();
            SqlStatement statement = LaneStatements.since(new LaneId(lane), cursor, 39_000, List.of(39_007L));
            pool.preparedQuery("EXPLAIN (COSTS OFF) " + statement.text())
                    .execute(ChangeValues.tuple(statement.values()))
                    .await()
                    .atMost(Duration.ofSeconds(10))
                    .forEach(row -> plan.add(row.getString(0)));

            assertThat(String.join("\n", plan))
                    .contains("applied_late")
                    .contains("applied_waiting")
                    .contains("applied_pkey")
                    .doesNotContain("Seq Scan on applied");
        }
    }
}
