package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.LatePart;
import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.LateSettled;
import dev.tidegate.upload.LateUnit;
import dev.tidegate.upload.Leftovers;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.Part;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Settled;
import dev.tidegate.upload.Settlement;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submissions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PgLateQueueTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static Vertx vertx;
    private final UUID worker = UUID.randomUUID();
    private final Submissions ada = Submissions.of("ada");
    private TestDatabase database;
    private Pool pool;
    private PgUploadQueue queue;
    private PgLateQueue late;

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
        pool = PgUploadQueueTest.pool(vertx, database, 4);
        queue = new PgUploadQueue(pool, DEADLINE);
        late = new PgLateQueue(pool, DEADLINE);
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        database.close();
    }

    private static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    private static OperationOutcome parked(int index) {
        return OperationOutcome.parked(index, Problem.of(ProblemCode.PARKED, "waits"));
    }

    /** Accepts a batch and settles it with these outcomes. */
    private Part settled(Submission batch, Duration patience, OperationOutcome... outcomes) {
        now(queue.accept(List.of(queue.entry(batch)), new QueueRoom(false, 100, 1_000_000)));
        Part part =
                now(queue.lease(worker, Set.of(Submissions.FIELD), 10, LONG)).getFirst();
        now(queue.settle(List.of(new Settled(part, new Settlement(List.of(outcomes), false, patience)))));
        return part;
    }

    private Part parkedBatch(Duration patience, int... indices) {
        return settled(
                ada.batch("a", "b", "c"),
                patience,
                IntStream.of(indices).mapToObj(PgLateQueueTest::parked).toArray(OperationOutcome[]::new));
    }

    private List<LatePart> lease() {
        return now(late.lease(worker, Submissions.FIELD, 10, LONG));
    }

    private static List<LateUnit> units(List<LatePart> parts) {
        return parts.stream().flatMap(part -> part.units().stream()).toList();
    }

    private void settle(LateUnit unit, OperationOutcome... outcomes) {
        now(late.settle(List.of(new LateSettled(unit.place(), List.of(outcomes)))));
    }

    private @Nullable String state() {
        return database.value("SELECT state FROM tidegate_queue.batch ORDER BY position DESC LIMIT 1");
    }

    private List<@Nullable String> outcomes() {
        return database.column("SELECT index || ' ' || outcome FROM tidegate_queue.outcome ORDER BY index");
    }

    private List<@Nullable String> errors() {
        return database.column("SELECT index || ' ' || (problem ->> 'code') FROM tidegate_queue.error ORDER BY index");
    }

    /** As the dead-letter desk does, for the only batch. */
    private void retry(int index, int revision, String corrected) {
        database.run(
                "INSERT INTO tidegate_queue.late (store, lane, position, operation, revision, operations, caller, batch_id, "
                        + "reason, corrected, patient_until) SELECT p.store, p.lane, p.position, " + index + ", "
                        + revision
                        + ", ARRAY[" + index + "], p.caller, p.batch_id, 'retried', " + corrected
                        + ", now() + interval '10 minutes' FROM tidegate_queue.part AS p");
    }

    /** What a store has lost although it had confirmed it (store-protocol 22). */
    @Nested
    class Losses {
        private void lose(Part part) {
            now(queue.takeBack(part.store(), part.lane(), 0, LONG));
        }

        @Test
        void inv_22_what_was_applied_late_waits_for_that_again() {
            Part part = parkedBatch(LONG, 1);
            settle(units(lease()).getFirst());
            assertThat(state()).isEqualTo("applied");

            lose(part);

            assertThat(outcomes()).containsExactly("1 parked");
            assertThat(lease()).isEmpty();
            Part again = now(queue.lease(worker, Set.of(Submissions.FIELD), 10, LONG))
                    .getFirst();
            assertThat(again.decided()).extracting(OperationOutcome::index).containsExactly(1);
            now(queue.settle(List.of(new Settled(again, new Settlement(again.decided(), false, LONG)))));
            assertThat(state()).isEqualTo("applied-with-errors");
            settle(units(lease()).getFirst());
            assertThat(state()).isEqualTo("applied");
        }

        @Test
        void inv_22_a_correction_is_applied_again_and_not_what_it_corrected() {
            Part part = settled(ada.batch("a", "b", "c"), LONG, Submissions.rejected(1));
            retry(1, 1, "'{\"1\": {\"op\": \"delete\", \"entity\": \"Shop.Order\", \"id\": \"1\"}}'");
            settle(units(lease()).getFirst());

            lose(part);

            assertThat(outcomes()).containsExactly("1 parked");
            Part again = now(queue.lease(worker, Set.of(Submissions.FIELD), 10, LONG))
                    .getFirst();
            now(queue.settle(List.of(new Settled(again, new Settlement(again.decided(), false, LONG)))));
            assertThat(units(lease())).extracting(LateUnit::corrected).allMatch(corrected -> corrected.containsKey(1));
        }

        @Test
        void inv_22_what_waits_anyway_is_not_tried_before_the_turn_of_its_part_even_if_it_is_called() {
            Part part = parkedBatch(LONG, 1);

            lose(part);
            now(late.resume(List.of(new LatePlace(part.store(), part.lane(), part.position(), 1, 1))));

            assertThat(lease()).isEmpty();
        }

        @Test
        void inv_22_one_that_alone_is_lost_waits_again_alone() {
            Part part = parkedBatch(LONG, 1, 2);
            units(lease()).forEach(unit -> settle(unit));
            LatePlace first = new LatePlace(part.store(), part.lane(), part.position(), 1, 1);
            assertThat(now(late.applied(part.store(), Optional.empty(), 5)))
                    .hasSize(2)
                    .startsWith(first);
            assertThat(now(late.applied(part.store(), Optional.of(first), 5))).hasSize(1);

            assertThat(now(late.takeBack(List.of(first), LONG))).isEqualTo(1);
            assertThat(now(late.takeBack(List.of(first), LONG))).isZero();

            assertThat(state()).isEqualTo("applied-with-errors");
            assertThat(outcomes()).containsExactly("1 parked");
            assertThat(units(lease())).extracting(LateUnit::place).containsExactly(first);
            settle(new LateUnit(first, List.of(1), Map.of(), true, true, 0));
            assertThat(state()).isEqualTo("applied");
        }

        @Test
        void inv_22_one_that_was_refused_or_that_another_attempt_took_the_place_of_is_not_asked_for() {
            Part part = parkedBatch(LONG, 0, 1);
            List<LateUnit> both = units(lease());
            settle(both.get(0), Submissions.rejected(0));
            settle(both.get(1));
            retry(0, 2, "NULL");
            units(lease()).forEach(unit -> settle(unit));

            assertThat(now(late.applied(part.store(), Optional.empty(), 5)))
                    .extracting(LatePlace::operation, LatePlace::revision)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(0, 2), org.assertj.core.groups.Tuple.tuple(1, 1));
        }

        @Test
        void inv_22_what_was_refused_late_stays_refused() {
            Part part = parkedBatch(LONG, 1);
            settle(units(lease()).getFirst(), Submissions.rejected(1));

            lose(part);

            assertThat(outcomes()).containsExactly("1 rejected");
            assertThat(lease()).isEmpty();
        }
    }

    @Nested
    class Parking {
        @Test
        void what_is_parked_when_a_part_is_settled_waits_as_units_of_its_own() {
            Part part = parkedBatch(LONG, 0, 2);

            LatePart leased = lease().getFirst();
            assertThat(leased.batch()).isEqualTo(part.batch());
            assertThat(leased.submitter()).isEqualTo(part.submitter());
            assertThat(leased.units())
                    .containsExactly(unit(part, 0, true, true, List.of(0)), unit(part, 2, true, false, List.of(2)));
            assertThat(state()).isEqualTo("applied-with-errors");
            assertThat(outcomes()).containsExactly("0 parked", "2 parked");
            assertThat(errors()).isEmpty();
        }

        private LateUnit unit(Part part, int index, boolean patient, boolean foremost, List<Integer> operations) {
            return new LateUnit(
                    new LatePlace(part.store(), part.lane(), part.position(), index, 1),
                    operations,
                    Map.of(),
                    patient,
                    foremost,
                    0);
        }

        @Test
        void an_atomic_part_waits_as_one() {
            BatchText text = ada.batch("a", "b").batch();
            BatchText atomic = new BatchText(
                    text.id(), text.client(), text.after(), text.modelVersion(), text.scope(), true, text.operations());
            Part part = settled(ada.of(atomic), LONG, parked(0), parked(1));

            assertThat(units(lease())).containsExactly(unit(part, 0, true, true, List.of(0, 1)));
        }

        @Test
        void patience_has_an_end() {
            parkedBatch(Duration.ZERO, 1);

            assertThat(units(lease())).extracting(LateUnit::patient).containsExactly(false);
        }

        @Test
        void patience_does_not_end_before_what_was_accepted_in_time_has_had_its_turn() {
            parkedBatch(Duration.ofMillis(300), 1);
            Submission inTime = Submissions.of("bert").batch("x");
            now(queue.accept(List.of(queue.entry(inTime)), new QueueRoom(false, 100, 1_000_000)));
            database.run("UPDATE tidegate_queue.late SET patient_until = clock_timestamp()");

            assertThat(patientAfterAll()).isTrue();

            settleHead();
            assertThat(patientAfterAll()).isFalse();
        }

        @Test
        void patience_does_not_last_for_what_came_later_or_waits_for_another_store() {
            parkedBatch(Duration.ZERO, 1);
            Submission later = Submissions.of("bert").batch("x");
            Submissions carla = Submissions.of("carla");
            Submission elsewhere = carla.of(carla.batch("x").batch(), Submissions.ARCHIVE);
            now(queue.accept(
                    List.of(queue.entry(later), queue.entry(elsewhere)), new QueueRoom(false, 100, 1_000_000)));
            database.run(
                    "UPDATE tidegate_queue.batch SET accepted_at = accepted_at - interval '1 hour' WHERE caller = 'carla'");

            assertThat(patientAfterAll()).isFalse();
        }

        private boolean patientAfterAll() {
            boolean patient = units(lease()).getFirst().patient();
            now(late.release(worker));
            return patient;
        }

        private void settleHead() {
            Part head = now(queue.lease(worker, Set.of(Submissions.FIELD), 10, LONG))
                    .getFirst();
            now(queue.settle(List.of(new Settled(head, new Settlement(List.of(), false)))));
        }

        @Test
        void which_operations_are_rejected_is_told() {
            settled(ada.batch("a", "b", "c"), LONG, Submissions.rejected(0), parked(1));

            assertThat(lease().getFirst().rejected()).containsExactly(0);
        }

        @Test
        void a_batch_of_which_something_waits_is_not_forgotten() {
            parkedBatch(LONG, 1);
            database.run("UPDATE tidegate_queue.batch SET settled_at = now() - interval '200 days'");
            Leftovers leftovers = new QueueLeftovers(pool, 10, DEADLINE);

            now(leftovers.sweep(Duration.ofDays(90)).next());
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.batch"))
                    .isEqualTo("1");

            settle(units(lease()).getFirst());
            now(leftovers.sweep(Duration.ofDays(90)).next());
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.batch"))
                    .isEqualTo("0");
        }
    }

    @Nested
    class Settling {
        @Test
        void what_was_applied_late_leaves_the_batch_applied() {
            parkedBatch(LONG, 1);

            settle(units(lease()).getFirst(), OperationOutcome.applied(1));

            assertThat(state()).isEqualTo("applied");
            assertThat(outcomes()).isEmpty();
            assertThat(lease()).isEmpty();
        }

        @Test
        void the_batch_has_errors_until_all_of_it_is_applied() {
            parkedBatch(LONG, 0, 1);
            List<LateUnit> units = units(lease());

            settle(units.get(0), OperationOutcome.applied(0));
            assertThat(state()).isEqualTo("applied-with-errors");

            settle(units.get(1), OperationOutcome.applied(1));
            assertThat(state()).isEqualTo("applied");
        }

        @Test
        void what_was_rejected_in_the_end_is_kept_whole() {
            parkedBatch(LONG, 1);

            settle(units(lease()).getFirst(), Submissions.rejected(1));

            assertThat(state()).isEqualTo("applied-with-errors");
            assertThat(outcomes()).containsExactly("1 rejected");
            assertThat(errors()).hasSize(1).first().asString().startsWith("1 ");
            assertThat(database.value("SELECT operation -> 'attributes' ->> 'Title' FROM tidegate_queue.error"))
                    .isEqualTo("b");
        }

        @Test
        void settling_again_changes_nothing() {
            parkedBatch(LONG, 1);
            LateUnit unit = units(lease()).getFirst();
            settle(unit, OperationOutcome.applied(1));

            settle(unit, Submissions.rejected(1));

            assertThat(state()).isEqualTo("applied");
            assertThat(errors()).isEmpty();
        }

        @Test
        void a_batch_that_is_settled_first_elsewhere_waits_for_its_other_part() {
            Submission batch = ada.of(ada.batch("a", "b").batch(), Submissions.FIELD, Submissions.ARCHIVE);
            settled(batch, LONG, parked(0));

            settle(units(lease()).getFirst(), OperationOutcome.applied(0));
            assertThat(state()).isEqualTo("queued");

            Part other = now(queue.lease(worker, Set.of(Submissions.ARCHIVE), 10, LONG))
                    .getFirst();
            now(queue.settle(List.of(new Settled(other, new Settlement(List.of(), false)))));
            assertThat(state()).isEqualTo("applied");
        }
    }

    /** By a connection that has planned its statements while the table had no statistics. Versions of rows that are gone are read, too. */
    @Nested
    class Planned_early {
        @Test
        void a_unit_costs_the_same_however_many_wait() {
            int batches = 30;
            int each = 50;
            Pool one = PgUploadQueueTest.pool(vertx, database, 1);
            queue = new PgUploadQueue(one, DEADLINE);
            late = new PgLateQueue(one, DEADLINE);
            OperationOutcome[] all =
                    IntStream.range(0, each).mapToObj(PgLateQueueTest::parked).toArray(OperationOutcome[]::new);
            for (int i = 0; i < batches; i++) {
                settled(Submissions.of("ada").batch(texts(each)), LONG, all);
            }

            for (List<LatePart> group = lease(); !group.isEmpty(); group = lease()) {
                List<LatePlace> places =
                        units(group).stream().map(LateUnit::place).toList();
                now(late.pause(places));
                now(late.resume(places));
                units(lease())
                        .forEach(unit -> settle(
                                unit, OperationOutcome.applied(unit.place().operation())));
            }

            one.query("SELECT pg_stat_force_next_flush()").execute().await().atMost(DEADLINE);
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.late WHERE state = 'settled'"))
                    .isEqualTo(String.valueOf(batches * each));
            assertThat(database.column("SELECT indexrelname || ' ' || idx_tup_read FROM pg_stat_user_indexes"
                            + " WHERE schemaname = 'tidegate_queue' AND relname = 'late' AND idx_tup_read > "
                            + 200 * batches * each))
                    .isEmpty();
            one.closeAndAwait();
        }

        private static String[] texts(int count) {
            return IntStream.range(0, count).mapToObj(i -> "text " + i).toArray(String[]::new);
        }
    }

    @Nested
    class Retrying {
        @BeforeEach
        void reject() {
            settled(ada.batch("a", "b"), LONG, Submissions.rejected(1));
        }

        @Test
        void a_retried_operation_that_is_applied_leaves_no_error() {
            retry(1, 1, "NULL");

            settle(units(lease()).getFirst(), OperationOutcome.applied(1));

            assertThat(state()).isEqualTo("applied");
            assertThat(outcomes()).isEmpty();
            assertThat(errors()).isEmpty();
        }

        @Test
        void one_that_is_rejected_again_keeps_its_error_with_the_new_problem() {
            retry(1, 1, "NULL");

            settle(
                    units(lease()).getFirst(),
                    OperationOutcome.rejected(1, ProblemCode.NOT_UNIQUE, "There is one with that code."));

            assertThat(errors()).containsExactly("1 not-unique");
            assertThat(state()).isEqualTo("applied-with-errors");
        }

        @Test
        void a_corrected_body_takes_the_place_of_the_sent_one() {
            retry(1, 3, "'{\"1\":{\"op\":\"delete\",\"entity\":\"Shop.Order\",\"id\":\"x\",\"baseVersion\":\"4\"}}'");

            LateUnit unit = units(lease()).getFirst();

            assertThat(unit.place().revision()).isEqualTo(3);
            assertThat(Objects.requireNonNull(unit.corrected().get(1)))
                    .extracting(text -> text.kind().name(), text -> text.id().orElse(""), text -> text.pointer())
                    .containsExactly("DELETE", "x", "/operations/1");
        }

        @Test
        void a_batch_that_was_given_up_is_applied_once_nothing_of_it_is_left() {
            database.run("UPDATE tidegate_queue.batch SET state = 'failed'");
            database.run("UPDATE tidegate_queue.part SET state = 'failed'");
            retry(1, 1, "NULL");

            settle(units(lease()).getFirst(), OperationOutcome.applied(1));

            assertThat(state()).isEqualTo("applied");
        }
    }

    @Nested
    class Leasing {
        private List<LatePlace> places(List<LatePart> parts) {
            return units(parts).stream().map(LateUnit::place).toList();
        }

        @Test
        void what_is_leased_is_not_given_to_another_until_it_is_released() {
            parkedBatch(LONG, 0, 1, 2);

            assertThat(places(lease())).hasSize(3);
            assertThat(now(late.lease(UUID.randomUUID(), Submissions.FIELD, 10, LONG)))
                    .isEmpty();
            now(late.release(worker));
            assertThat(places(lease())).hasSize(3);
        }

        @Test
        void a_lease_runs_out() {
            parkedBatch(LONG, 0);
            now(late.lease(UUID.randomUUID(), Submissions.FIELD, 10, Duration.ZERO));

            assertThat(places(lease())).hasSize(1);
        }

        @Test
        void what_is_paused_is_not_given_until_it_is_resumed() {
            parkedBatch(LONG, 0);
            database.run("UPDATE tidegate_queue.late SET since = now() - interval '1 hour'");
            List<LatePlace> places = places(lease());
            now(late.pause(places));
            assertThat(lease()).isEmpty();

            now(late.resume(places));

            assertThat(places(lease())).isEqualTo(places);
        }

        @Test
        void a_pause_ends_with_the_patience() {
            parkedBatch(LONG, 0);
            database.run("UPDATE tidegate_queue.late SET since = now() - interval '1 hour', "
                    + "patient_until = clock_timestamp() + interval '5 seconds'");
            now(late.pause(places(lease())));

            assertThat(database.value("SELECT paused_until = patient_until FROM tidegate_queue.late"))
                    .isEqualTo("t");
        }

        @Test
        void only_what_a_unit_brings_about_itself_is_counted() {
            parkedBatch(LONG, 0);
            now(late.postpone(places(lease()), Duration.ZERO, false));
            assertThat(units(lease())).extracting(LateUnit::attempts).containsExactly(0);

            now(late.release(worker));
            now(late.postpone(places(lease()), Duration.ZERO, true));
            assertThat(units(lease())).extracting(LateUnit::attempts).containsExactly(1);
        }

        @Test
        void units_of_one_part_are_given_together_however_few_are_asked_for() {
            parkedBatch(LONG, 0, 1, 2);

            assertThat(places(now(late.lease(worker, Submissions.FIELD, 1, LONG))))
                    .hasSize(3);
        }

        @Test
        void parts_come_in_the_order_in_which_they_were_parked() {
            Part first = parkedBatch(LONG, 0);
            Part second = parkedBatch(LONG, 0);

            assertThat(lease()).extracting(LatePart::position).containsExactly(first.position(), second.position());
        }
    }
}
