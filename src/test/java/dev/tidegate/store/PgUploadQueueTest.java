package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import dev.tidegate.upload.Acceptance;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.Leftovers;
import dev.tidegate.upload.Part;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Settled;
import dev.tidegate.upload.Settlement;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submissions;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadQueueContract;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PgUploadQueueTest extends UploadQueueContract {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
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
        return new PgUploadQueue(pool, DEADLINE);
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

    /** By one connection that has planned it while nothing was queued yet. */
    @Nested
    class Planned_early {
        @Test
        void a_batch_costs_the_same_however_many_of_its_client_wait() {
            int rounds = 60;
            Pool one = pool(vertx, database, 1);
            UploadQueue queue = new PgUploadQueue(one, DEADLINE);
            List<Submissions> clients =
                    Stream.generate(() -> Submissions.of("ada")).limit(32).toList();

            for (int i = 0; i < rounds; i++) {
                String text = "round " + i;
                now(queue.accept(
                        clients.stream()
                                .map(client -> queue.entry(client.batch(text)))
                                .toList(),
                        new QueueRoom(false, 1_000, 1_000_000)));
            }

            one.query("SELECT pg_stat_force_next_flush()").execute().await().atMost(DEADLINE);
            assertThat(database.column("SELECT indexrelname || ' ' || idx_tup_read FROM pg_stat_user_indexes"
                            + " WHERE schemaname = 'tidegate_queue' AND relname = 'batch' AND idx_tup_read > "
                            + 2 * rounds * clients.size()))
                    .isEmpty();
            one.closeAndAwait();
        }
    }

    /** Nested, as the contract's are: in a class whose tests are all nested, Surefire passes over one that is not. */
    @Nested
    class Unreachable {
        private final Submission batch = Submissions.of("ada").batch("a");

        @Test
        void a_queue_that_cannot_be_reached_promises_nothing_and_says_when_to_try_again() {
            database.close();

            assertUnavailable(() -> accept(batch));
        }

        @Test
        void when_the_answer_is_lost_on_the_way_the_repeated_batch_is_known() {
            try (TcpProxy proxy = TcpProxy.before(database)) {
                UploadQueue queue = through(proxy);
                accept(queue, Submissions.of("bob").batch("so that there is a connection"));
                proxy.holdAnswers();

                assertUnavailable(() -> accept(queue, batch));
                Until.holds("committed", DEADLINE, () -> "1".equals(count(batch)));
                proxy.heal();

                assertThat(accept(queue, batch)).isEqualTo(new Acceptance.Duplicate(1));
            }
        }

        @Test
        void when_the_connection_breaks_before_the_answer_the_repeated_batch_is_known() {
            try (TcpProxy proxy = TcpProxy.before(database)) {
                UploadQueue queue = through(proxy);
                accept(queue, Submissions.of("bob").batch("so that there is a connection"));
                proxy.holdAnswers();
                Uni<Acceptance> answer = one(queue, batch).memoize().indefinitely();
                answer.subscribe().with(_ -> {}, _ -> {});
                Until.holds("committed", DEADLINE, () -> "1".equals(count(batch)));
                proxy.cut();

                assertUnavailable(() -> now(answer));
                proxy.heal();

                Until.holds("known", DEADLINE, () -> accept(queue, batch).equals(new Acceptance.Duplicate(1)));
            }
        }

        @Test
        void when_the_statement_does_not_arrive_the_answer_comes_in_time_and_the_batch_is_taken_later() {
            try (TcpProxy proxy = TcpProxy.before(database)) {
                UploadQueue queue = through(proxy);
                proxy.stall();
                long asked = System.nanoTime();

                assertUnavailable(() -> accept(queue, batch));

                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(DEADLINE.plusSeconds(2));
                proxy.heal();
                Until.holds("taken", DEADLINE, () -> switch (accept(queue, batch)) {
                    case Acceptance.Accepted(var position) -> position == 1;
                    case Acceptance.Duplicate(var position) -> position == 1;
                    default -> false;
                });
            }
        }

        private UploadQueue through(TcpProxy proxy) {
            return new PgUploadQueue(pool(vertx, database.through(proxy), 2), DEADLINE);
        }

        private @Nullable String count(Submission submission) {
            return database.value("SELECT count(*) FROM tidegate_queue.batch WHERE batch_id = '"
                    + submission.batch().id() + "'");
        }

        private void assertUnavailable(ThrowableAssert.ThrowingCallable call) {
            assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.problem().code()).isEqualTo(ProblemCode.QUEUE_UNAVAILABLE);
                assertThat(refusal.problem().retryAfter()).isPresent();
            });
        }
    }

    @Nested
    class Locks {
        @Test
        void a_client_whose_row_somebody_has_locked_holds_up_nobody_else_of_its_group() throws SQLException {
            Submissions stuck = Submissions.of("ada");
            accept(stuck.batch("before"));
            Submissions free = Submissions.of("bob");
            try (Connection other = database.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("SELECT FROM tidegate_queue.client WHERE caller = 'ada' FOR UPDATE");

                assertThat(accept(stuck.batch("a"), free.batch("b"), stuck.batch("c"), free.batch("d")))
                        .containsExactly(
                                new Acceptance.Unanswered(),
                                new Acceptance.Accepted(1),
                                new Acceptance.Unanswered(),
                                new Acceptance.Accepted(2));
                other.rollback();
            }
            assertThat(accept(stuck.batch("a"))).isEqualTo(new Acceptance.Accepted(2));
        }
    }

    @Nested
    class Forgetting {
        private final Submissions ada = Submissions.of("ada");

        @Test
        void what_is_settled_long_ago_is_forgotten_step_by_step_and_nothing_else() {
            Submission kept = ada.rejectingFirst(ada.text(Optional.empty(), "has an error"));
            List<Submission> old = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                old.add(ada.batch("old " + i));
            }
            Submission recent = ada.batch("recent");
            Submission waiting = ada.batch("waiting");
            accept(kept);
            old.forEach(one -> accept(one));
            accept(recent);
            accept(waiting);
            for (int i = 0; i < 9; i++) {
                settleNext();
            }
            database.run("UPDATE tidegate_queue.batch SET accepted_at = now() - interval '200 days', settled_at = "
                    + "now() - interval '100 days' + position * interval '1 second' "
                    + "WHERE settled_at IS NOT NULL AND batch_id <> '"
                    + recent.batch().id() + "'");
            Leftovers.Sweep sweep = new QueueLeftovers(pool, 3, DEADLINE).sweep(Duration.ofDays(90));

            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(2, true));
            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(3, true));
            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(2, false));

            assertThat(database.column("SELECT batch_id::text FROM tidegate_queue.batch ORDER BY position"))
                    .containsExactly(id(kept), id(recent), id(waiting));
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.part"))
                    .isEqualTo("3");
            assertThat(accept(ada.batch("next"))).isEqualTo(new Acceptance.Accepted(11));
        }

        @Test
        void a_lane_never_forgets_its_last_batch() {
            Submission last = ada.batch("last");
            accept(ada.batch("first"));
            accept(last);
            settleNext();
            settleNext();
            database.run("UPDATE tidegate_queue.batch SET settled_at = now() - interval '91 days'");
            now(new QueueLeftovers(pool, 10, DEADLINE)
                    .sweep(Duration.ofDays(90))
                    .next());
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.batch"))
                    .isEqualTo("0");

            assertThat(accept(last)).isEqualTo(new Acceptance.Duplicate(2));
            assertThat(accept(ada.after(last.batch().id()))).isEqualTo(new Acceptance.Accepted(3));
        }

        @Test
        void while_another_process_cleans_up_there_is_nothing_to_do() throws SQLException {
            accept(ada.batch("a"));
            settleNext();
            database.run("UPDATE tidegate_queue.batch SET settled_at = now() - interval '91 days'");
            Leftovers leftovers = new QueueLeftovers(pool, 10, DEADLINE);
            try (Connection other = database.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("SELECT * FROM tidegate_queue.forget('400 days', '-infinity', 1)");

                assertThat(now(leftovers.sweep(Duration.ofDays(90)).next())).isEqualTo(new Leftovers.Step(0, false));
                other.rollback();
            }
            assertThat(now(leftovers.sweep(Duration.ofDays(90)).next())).isEqualTo(new Leftovers.Step(1, false));
        }

        private void settleNext() {
            Part part = now(queue().lease(UUID.randomUUID(), Set.of(Submissions.FIELD), 1, Duration.ofMinutes(1)))
                    .getFirst();
            now(queue().settle(List.of(new Settled(part, new Settlement(List.of(), false)))));
        }

        private static String id(Submission submission) {
            return submission.batch().id().toString();
        }
    }
}
