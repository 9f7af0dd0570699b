package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.CONFLICT;
import static dev.tidegate.observation.Observation.Outcome.PARKED;
import static dev.tidegate.observation.Observation.Outcome.REJECTED;
import static dev.tidegate.store.WriterChanges.CUSTOMER;
import static dev.tidegate.store.WriterChanges.MODEL;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.creation;
import static dev.tidegate.store.WriterChanges.delete;
import static dev.tidegate.store.WriterChanges.end;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.refer;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.update;
import static dev.tidegate.store.WriterChanges.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberValue;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.upload.Claim;
import dev.tidegate.upload.ObjectKey;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Operations that wait in a real store for what they refer to, and are applied after their turn. */
class ParkedTest extends OnWriterStore {
    private final LaneId ada = lane();
    private final LaneId bob = lane();
    private final UUID buyer = UUID.randomUUID();

    private static LaneId lane() {
        return new LaneId(UUID.randomUUID());
    }

    /** The lane's part at this position, with all before it applied. */
    private static PartWork turn(LaneId lane, long at, Step.Todo... todos) {
        return partOf(lane, at, new Claim.Turn(at - 1, true), false, todos);
    }

    private static PartWork whole(LaneId lane, Claim claim, Step.Todo... todos) {
        return partOf(lane, 1, claim, true, todos);
    }

    private static Claim.Attempt patient() {
        return new Claim.Attempt(1, true, false);
    }

    private static Claim.Attempt impatient() {
        return new Claim.Attempt(1, false, false);
    }

    private static Claim.Late allOf(int operations, Claim.Attempt attempt) {
        Map<Integer, Claim.Attempt> attempts = new HashMap<>();
        IntStream.range(0, operations).forEach(index -> attempts.put(index, attempt));
        return new Claim.Late(attempts);
    }

    /** All operations of a part once more, after its turn. */
    private static PartWork late(LaneId lane, long at, Claim.Attempt attempt, Step.Todo... todos) {
        return partOf(lane, at, allOf(todos.length, attempt), false, todos);
    }

    private List<PartResult> apply(PartWork... group) {
        return writer.apply(List.of(group)).await().atMost(Duration.ofSeconds(30));
    }

    private List<Observation.Outcome> kinds(PartWork... group) {
        return apply(group).stream()
                .flatMap(result -> outcomes(result).stream())
                .map(OperationOutcome::outcome)
                .toList();
    }

    private List<Optional<ProblemCode>> codes(PartWork... group) {
        return apply(group).stream()
                .flatMap(result -> outcomes(result).stream())
                .map(outcome -> outcome.problem().map(problem -> problem.code()))
                .toList();
    }

    private static List<OperationOutcome> outcomes(PartResult result) {
        return ((PartResult.Applied) result).outcomes();
    }

    private static Step.Write orderOf(UUID id, UUID customer) {
        return creation(ORDER, id, refer("Order_Customer", customer));
    }

    private static Step.Write customer(UUID id) {
        return creation(CUSTOMER, id, set(CUSTOMER, "Name", "C"));
    }

    private static Step.Write lastWins(UUID id, MemberValue... members) {
        return write(new Change.Update(ORDER, id, Optional.empty(), List.of(members)), ConflictPolicy.LAST_WINS);
    }

    private static Step.Write titled(UUID id, String title) {
        return lastWins(id, set(ORDER, "Title", title));
    }

    private UUID order(String title) {
        UUID id = UUID.randomUUID();
        store.run("INSERT INTO task (id, kind, title) VALUES ('" + id + "', 'Shop.Order', '" + title + "')");
        store.run("INSERT INTO orders (id, cost) VALUES ('" + id + "', 1)");
        return id;
    }

    private @Nullable String title(UUID id) {
        return store.value("SELECT title FROM task WHERE id = '" + id + "'");
    }

    private String orders() {
        return Objects.requireNonNull(store.value("SELECT count(*) FROM orders"));
    }

    private List<@Nullable String> remembered() {
        return store.column("SELECT position || '.' || operation || '.' || revision || ' ' || outcome "
                + "FROM tidegate.applied ORDER BY lane, position, operation, revision");
    }

    @Nested
    class Waiting {
        private final UUID id = UUID.randomUUID();

        @Test
        void what_refers_to_nothing_is_parked_and_its_lane_goes_on() {
            assertThat(codes(turn(ada, 1, orderOf(id, buyer), creation(ORDER, UUID.randomUUID()))))
                    .containsExactly(Optional.of(ProblemCode.PARKED), Optional.empty());

            assertThat(kinds(turn(ada, 2, creation(NOTE, UUID.randomUUID())))).containsExactly(APPLIED);
            assertThat(orders()).isEqualTo("1");
        }

        @Test
        void a_repeated_turn_tells_that_it_is_parked() {
            apply(turn(ada, 1, orderOf(id, buyer)));

            assertThat(codes(turn(ada, 1, orderOf(id, buyer)))).containsExactly(Optional.of(ProblemCode.PARKED));
        }

        @Test
        void without_patience_it_is_dangling_at_once() {
            assertThat(codes(partOf(ada, 0, 1, false, orderOf(id, buyer))))
                    .containsExactly(Optional.of(ProblemCode.DANGLING_REFERENCE));
        }

        @Test
        void an_attempt_that_has_to_wait_leaves_no_trace() {
            apply(turn(ada, 1, orderOf(id, buyer)));
            List<@Nullable String> before = remembered();

            assertThat(kinds(late(ada, 1, patient(), orderOf(id, buyer)))).containsExactly(PARKED);

            assertThat(remembered()).isEqualTo(before).containsExactly("1.0.0 parked");
        }

        @Test
        void it_is_applied_once_the_object_is_there() {
            apply(turn(ada, 1, orderOf(id, buyer)));
            apply(turn(bob, 1, customer(buyer)));

            assertThat(kinds(late(ada, 1, patient(), orderOf(id, buyer)))).containsExactly(APPLIED);

            assertThat(store.value("SELECT customer_id FROM orders WHERE id = '" + id + "'"))
                    .isEqualTo(buyer.toString());
            assertThat(remembered()).contains("1.0.0 parked", "1.0.1 applied");
        }

        @Test
        void when_the_patience_is_over_it_is_dangling() {
            apply(turn(ada, 1, orderOf(id, buyer)));

            assertThat(codes(late(ada, 1, impatient(), orderOf(id, buyer))))
                    .containsExactly(Optional.of(ProblemCode.DANGLING_REFERENCE));
            assertThat(remembered()).containsExactly("1.0.0 parked", "1.0.1 rejected");
        }

        @Test
        void what_another_part_of_the_group_creates_is_found_by_the_next_attempt() {
            assertThat(kinds(turn(ada, 1, orderOf(id, buyer)), turn(bob, 1, customer(buyer))))
                    .containsExactly(PARKED, APPLIED);

            assertThat(kinds(late(ada, 1, patient(), orderOf(id, buyer)))).containsExactly(APPLIED);
        }

        @Test
        void a_member_of_a_set_is_waited_for_too() {
            UUID existing = order("old");
            Step.Write tagged =
                    lastWins(existing, new MemberValue.TargetsEdit(end("Order_Tag"), List.of(7L), List.of()));
            assertThat(kinds(turn(ada, 1, tagged))).containsExactly(PARKED);

            store.run("INSERT INTO tag VALUES (7)");

            assertThat(kinds(late(ada, 1, patient(), tagged))).containsExactly(APPLIED);
            assertThat(store.value("SELECT count(*) FROM order_tag")).isEqualTo("1");
        }

        @Test
        void at_the_last_attempt_of_a_part_it_is_parked_as_well() {
            assertThat(kinds(turn(ada, 1, orderOf(id, buyer)).atLast())).containsExactly(PARKED);
        }
    }

    @Nested
    class Once {
        private final UUID id = UUID.randomUUID();

        @BeforeEach
        void park() {
            apply(turn(ada, 1, orderOf(id, buyer)));
            apply(turn(bob, 1, customer(buyer)));
        }

        @Test
        void inv_1_a_second_attempt_under_the_same_key_finds_what_the_first_has_done() {
            apply(late(ada, 1, patient(), orderOf(id, buyer)));
            store.run("DELETE FROM orders");

            PartResult.Applied again = (PartResult.Applied)
                    apply(late(ada, 1, patient(), orderOf(id, buyer))).getFirst();

            assertThat(again.before()).isTrue();
            assertThat(again.outcomes()).containsExactly(OperationOutcome.applied(0));
            assertThat(orders()).isEqualTo("0");
        }

        @Test
        void inv_1_a_further_revision_is_an_application_of_its_own() {
            apply(late(ada, 1, impatient(), orderOf(id, UUID.randomUUID())));

            assertThat(kinds(late(ada, 1, new Claim.Attempt(2, true, false), orderOf(id, buyer))))
                    .containsExactly(APPLIED);
            assertThat(remembered()).contains("1.0.0 parked", "1.0.1 rejected", "1.0.2 applied");
        }

        @Test
        void inv_1_of_attempts_at_the_same_time_one_applies_it() throws SQLException {
            List<PartResult> results;
            try (Connection other = store.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("SELECT FROM tidegate.lane FOR UPDATE");
                Uni<List<PartResult>> attempts = Uni.join()
                        .all(IntStream.range(0, 3)
                                .mapToObj(_ -> writer.apply(List.of(late(ada, 1, patient(), orderOf(id, buyer))))
                                        .map(List::getFirst))
                                .toList())
                        .andFailFast()
                        .memoize()
                        .indefinitely();
                attempts.subscribe().with(_ -> {});
                WriterStore.awaitLockWaits(store, 3);
                other.commit();
                results = attempts.await().atMost(Duration.ofSeconds(30));
            }

            assertThat(results)
                    .extracting(result -> ((PartResult.Applied) result).before())
                    .containsExactlyInAnyOrder(false, true, true);
            assertThat(orders()).isEqualTo("1");
        }
    }

    @Nested
    class Behind {
        @Test
        void later_operations_of_the_client_on_the_object_wait_behind_it_and_are_applied_in_order() {
            UUID id = order("old");
            Step.Write bought = lastWins(id, set(ORDER, "Title", "first"), refer("Order_Customer", buyer));
            assertThat(kinds(turn(ada, 1, bought, titled(id, "second")))).containsExactly(PARKED, PARKED);
            assertThat(kinds(turn(ada, 2, titled(id, "third")))).containsExactly(PARKED);
            assertThat(kinds(turn(bob, 1, titled(id, "bob's")))).containsExactly(APPLIED);

            assertThat(kinds(late(ada, 2, patient(), titled(id, "third")))).containsExactly(PARKED);
            assertThat(title(id)).isEqualTo("bob's");

            apply(turn(bob, 2, customer(buyer)));
            assertThat(kinds(
                            late(ada, 1, patient(), bought, titled(id, "second")),
                            late(ada, 2, patient(), titled(id, "third"))))
                    .containsExactly(APPLIED, APPLIED, APPLIED);
            assertThat(title(id)).isEqualTo("third");
        }

        @Test
        void what_is_over_holds_up_nothing_any_more() {
            UUID id = order("old");
            Step.Write bought = lastWins(id, refer("Order_Customer", buyer));
            apply(turn(ada, 1, bought));
            apply(turn(ada, 2, titled(id, "next")));

            assertThat(kinds(late(ada, 1, impatient(), bought))).containsExactly(REJECTED);

            assertThat(kinds(late(ada, 2, patient(), titled(id, "next")))).containsExactly(APPLIED);
            assertThat(kinds(turn(ada, 3, titled(id, "last")))).containsExactly(APPLIED);
        }

        @Test
        void the_end_of_its_own_patience_does_not_take_it_past_what_is_before_it() {
            UUID id = order("old");
            Step.Write bought = lastWins(id, refer("Order_Customer", buyer));
            apply(turn(ada, 1, bought));
            apply(turn(ada, 2, titled(id, "next")));

            assertThat(kinds(late(ada, 2, impatient(), titled(id, "next")))).containsExactly(PARKED);
        }

        @Test
        void what_is_first_of_its_lane_in_the_queue_waits_for_nothing_that_the_queue_has_lost() {
            UUID id = order("old");
            apply(turn(ada, 1, lastWins(id, refer("Order_Customer", buyer))));
            apply(turn(ada, 2, titled(id, "next")));

            assertThat(kinds(late(ada, 2, new Claim.Attempt(1, true, true), titled(id, "next"))))
                    .containsExactly(APPLIED);
        }

        @Test
        void other_clients_wait_for_an_object_whose_create_is_parked() {
            UUID id = UUID.randomUUID();
            UUID note = UUID.randomUUID();
            apply(turn(ada, 1, orderOf(id, buyer)));

            assertThat(kinds(turn(
                            bob,
                            1,
                            titled(id, "bob's"),
                            creation(NOTE, note, refer("Note_Order", id)),
                            delete(ORDER, id, null))))
                    .containsExactly(PARKED, PARKED, PARKED);

            apply(turn(bob, 2, customer(buyer)));
            assertThat(kinds(
                            late(ada, 1, patient(), orderOf(id, buyer)),
                            late(
                                    bob,
                                    1,
                                    patient(),
                                    titled(id, "bob's"),
                                    creation(NOTE, note, refer("Note_Order", id)),
                                    delete(ORDER, id, null))))
                    .containsExactly(APPLIED, APPLIED, APPLIED, APPLIED);
            assertThat(orders()).isEqualTo("0");
        }

        @Test
        void a_second_create_of_the_object_does_not_wait_and_the_parked_one_finds_it() {
            UUID id = UUID.randomUUID();
            apply(turn(ada, 1, orderOf(id, buyer)));

            assertThat(kinds(turn(bob, 1, customer(buyer), creation(ORDER, id))))
                    .containsExactly(APPLIED, APPLIED);
            assertThat(codes(late(ada, 1, patient(), orderOf(id, buyer))))
                    .containsExactly(Optional.of(ProblemCode.OBJECT_EXISTS));
        }

        @Test
        void when_a_create_is_refused_what_waits_behind_it_is_judged() {
            UUID id = UUID.randomUUID();
            apply(turn(ada, 1, orderOf(id, buyer)));
            apply(turn(ada, 2, titled(id, "next")));
            apply(turn(bob, 1, titled(id, "bob's")));

            assertThat(codes(
                            late(ada, 1, impatient(), orderOf(id, buyer)),
                            late(ada, 2, patient(), titled(id, "next")),
                            late(bob, 1, patient(), titled(id, "bob's"))))
                    .containsExactly(
                            Optional.of(ProblemCode.DANGLING_REFERENCE),
                            Optional.of(ProblemCode.NO_SUCH_OBJECT),
                            Optional.of(ProblemCode.NO_SUCH_OBJECT));
        }
    }

    @Nested
    class Together {
        private final UUID id = UUID.randomUUID();

        @Test
        void a_reference_to_what_the_batch_fails_to_create_is_dangling_at_once() {
            store.run("INSERT INTO customer VALUES ('" + buyer + "', 'there')");

            assertThat(codes(turn(
                            ada,
                            1,
                            creation(ORDER, id, set(ORDER, "Level", 500)),
                            creation(NOTE, UUID.randomUUID(), refer("Note_Order", id)))))
                    .containsExactly(
                            Optional.of(ProblemCode.VALIDATION_FAILED), Optional.of(ProblemCode.DANGLING_REFERENCE));
        }

        @Test
        void so_is_one_to_what_was_refused_before() {
            Step.Write note = creation(NOTE, UUID.randomUUID(), refer("Note_Order", id));
            PartWork part = turn(ada, 1, note);

            assertThat(codes(new PartWork(
                            part.store(),
                            part.lane(),
                            part.position(),
                            part.batch(),
                            part.claim(),
                            part.caller(),
                            false,
                            part.steps(),
                            Set.of(ObjectKey.of(MODEL, ORDER, id)),
                            false)))
                    .containsExactly(Optional.of(ProblemCode.DANGLING_REFERENCE));
        }

        @Test
        void a_chain_waits_for_its_end_and_falls_with_it() {
            Step.Todo[] chain = {
                creation(NOTE, UUID.randomUUID(), refer("Note_Order", id)), orderOf(id, buyer), titled(id, "x")
            };
            assertThat(kinds(turn(ada, 1, chain))).containsExactly(PARKED, PARKED, PARKED);

            assertThat(codes(late(ada, 1, impatient(), chain)))
                    .containsExactly(
                            Optional.of(ProblemCode.DANGLING_REFERENCE),
                            Optional.of(ProblemCode.DANGLING_REFERENCE),
                            Optional.of(ProblemCode.NO_SUCH_OBJECT));
        }

        @Test
        void creates_that_refer_to_each_other_wait_and_are_made_together() {
            UUID other = UUID.randomUUID();
            Step.Todo[] circle = {
                creation(ORDER, id, refer("Task_Parent", other), refer("Order_Customer", buyer)),
                creation(ORDER, other, refer("Task_Parent", id))
            };
            assertThat(kinds(turn(ada, 1, circle))).containsExactly(PARKED, PARKED);
            assertThat(kinds(late(ada, 1, patient(), circle))).containsExactly(PARKED, PARKED);

            apply(turn(bob, 1, customer(buyer)));

            assertThat(kinds(late(ada, 1, patient(), circle))).containsExactly(APPLIED, APPLIED);
            assertThat(store.value("SELECT parent_id FROM task WHERE id = '" + id + "'"))
                    .isEqualTo(other.toString());
            assertThat(store.value("SELECT parent_id FROM task WHERE id = '" + other + "'"))
                    .isEqualTo(id.toString());
        }

        @Test
        void a_circle_waits_for_a_reference_of_its_second_step() {
            UUID other = UUID.randomUUID();
            Step.Todo[] circle = {
                creation(ORDER, id, refer("Task_Parent", other)),
                creation(ORDER, other, refer("Task_Parent", id), new MemberValue.Targets(end("Order_Tag"), List.of(5L)))
            };
            assertThat(kinds(turn(ada, 1, circle))).containsExactly(PARKED, PARKED);

            store.run("INSERT INTO tag VALUES (5)");

            assertThat(kinds(late(ada, 1, patient(), circle))).containsExactly(APPLIED, APPLIED);
        }

        @Test
        void an_atomic_part_waits_whole_and_is_applied_whole() {
            UUID note = UUID.randomUUID();
            Step.Todo[] all = {creation(NOTE, note), orderOf(id, buyer), titled(id, "x")};
            assertThat(kinds(whole(ada, new Claim.Turn(0, true), all))).containsExactly(PARKED, PARKED, PARKED);
            assertThat(store.value("SELECT count(*) FROM note")).isEqualTo("0");
            assertThat(kinds(whole(ada, allOf(3, patient()), all))).containsExactly(PARKED, PARKED, PARKED);

            apply(turn(bob, 1, customer(buyer)));

            assertThat(kinds(whole(ada, allOf(3, patient()), all))).containsExactly(APPLIED, APPLIED, APPLIED);
            assertThat(title(id)).isEqualTo("x");
            assertThat(store.value("SELECT count(*) FROM note")).isEqualTo("1");
        }

        @Test
        void an_atomic_part_is_rejected_whole_when_its_patience_is_over() {
            Step.Todo[] all = {creation(NOTE, UUID.randomUUID()), orderOf(id, buyer)};
            apply(whole(ada, new Claim.Turn(0, true), all));

            assertThat(codes(whole(ada, allOf(2, impatient()), all)))
                    .containsExactly(
                            Optional.of(ProblemCode.BATCH_FAILED), Optional.of(ProblemCode.DANGLING_REFERENCE));
        }

        @Test
        void an_atomic_part_that_fails_before_it_would_wait_is_rejected() {
            assertThat(codes(whole(
                            ada,
                            new Claim.Turn(0, true),
                            creation(ORDER, UUID.randomUUID(), set(ORDER, "Level", 500)),
                            orderOf(id, buyer))))
                    .containsExactly(Optional.of(ProblemCode.VALIDATION_FAILED), Optional.of(ProblemCode.BATCH_FAILED));
        }
    }

    @Nested
    class Versions {
        private String version(UUID id) {
            return Objects.requireNonNull(store.value("SELECT row_version FROM task WHERE id = '" + id + "'"));
        }

        @Test
        void own_earlier_operations_are_no_conflict_for_a_late_one() {
            UUID id = order("old");
            String base = version(id);
            Step.Write bought = update(ORDER, id, base, refer("Order_Customer", buyer));
            apply(turn(ada, 1, update(ORDER, id, base, set(ORDER, "Title", "mine"))));
            assertThat(kinds(turn(ada, 2, bought))).containsExactly(PARKED);
            apply(turn(bob, 1, customer(buyer)));

            assertThat(kinds(late(ada, 2, patient(), bought))).containsExactly(APPLIED);
            assertThat(kinds(turn(ada, 3, update(ORDER, id, base, set(ORDER, "Title", "more")))))
                    .containsExactly(APPLIED);
        }

        @Test
        void what_somebody_else_did_meanwhile_is_one() {
            UUID id = order("old");
            Step.Write bought = update(ORDER, id, version(id), refer("Order_Customer", buyer));
            apply(turn(ada, 1, bought));
            apply(turn(bob, 1, titled(id, "bob's"), customer(buyer)));

            assertThat(kinds(late(ada, 1, patient(), bought))).containsExactly(CONFLICT);
        }
    }
}
