package dev.tidegate.upload;

import static dev.tidegate.upload.Submissions.ARCHIVE;
import static dev.tidegate.upload.Submissions.FIELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.TraceParent;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link UploadQueue} keeps. Numbers are those of store-protocol.md. */
public abstract class UploadQueueContract {
    private static final QueueRoom ROOM = new QueueRoom(false, 1_000, 1_000_000);
    private static final Duration LONG = Duration.ofMinutes(5);
    private final UUID worker = UUID.randomUUID();
    private final Submissions ada = Submissions.of("ada");

    protected abstract UploadQueue queue();

    /** The state that is kept of a batch. */
    protected abstract String stateOf(BatchKey key);

    /** Indices of the errors that are kept of a batch. */
    protected abstract List<Integer> errorsOf(BatchKey key);

    protected final Acceptance accept(Submission submission) {
        return accept(queue(), submission);
    }

    protected final Acceptance accept(UploadQueue queue, Submission submission) {
        return now(one(queue, submission));
    }

    protected final Uni<Acceptance> one(UploadQueue queue, Submission submission) {
        return queue.accept(List.of(queue.entry(submission)), ROOM).map(List::getFirst);
    }

    protected final List<Acceptance> accept(Submission... group) {
        return now(group(ROOM, group));
    }

    private Uni<List<Acceptance>> group(QueueRoom room, Submission... group) {
        UploadQueue queue = queue();
        return queue.accept(Stream.of(group).map(queue::entry).toList(), room);
    }

    private List<Part> lease(StoreName... stores) {
        return now(queue().lease(worker, Set.of(stores), 10, LONG));
    }

    private void settle(Part part, OperationOutcome... outcomes) {
        now(queue().settle(List.of(new Settled(part, new Settlement(List.of(outcomes), false)))));
    }

    protected static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    @Nested
    class Intake {
        private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

        @Test
        void where_a_batch_came_in_is_kept_if_that_is_recorded_and_stays_when_it_comes_again() {
            TraceParent first = new TraceParent(TRACE, "b7ad6b7169203331", true);
            TraceParent later = new TraceParent(TRACE, "00f067aa0ba902b7", true);
            Submission recorded = ada.batch("a");
            Submission other = Submissions.of("bert").batch("b");

            assertThat(accept(other, Submissions.recorded(recorded, first))).containsOnly(new Acceptance.Accepted(1));
            assertThat(accept(Submissions.recorded(recorded, later), Submissions.recorded(other, later)))
                    .containsOnly(new Acceptance.Duplicate(1));

            assertThat(lease(FIELD))
                    .extracting(Part::key, part -> part.submitter().trace())
                    .containsExactlyInAnyOrder(
                            tuple(recorded.key(), Optional.of(first)), tuple(other.key(), Optional.empty()));
        }

        @Test
        void batches_of_a_client_are_numbered_one_by_one() {
            assertThat(accept(ada.batch("a"))).isEqualTo(new Acceptance.Accepted(1));
            assertThat(accept(ada.batch("b"))).isEqualTo(new Acceptance.Accepted(2));
            assertThat(accept(Submissions.of("ada").batch("other client"))).isEqualTo(new Acceptance.Accepted(1));
        }

        @Test
        void a_repeated_batch_keeps_its_position() {
            Submission first = ada.batch("a");
            accept(first);
            accept(ada.batch("b"));

            assertThat(accept(first)).isEqualTo(new Acceptance.Duplicate(1));
        }

        @Test
        void another_batch_under_the_same_id_is_told() {
            Submission first = ada.batch("a");
            accept(first);
            BatchText other = first.batch().with(ada.batch("b").batch().operations());

            assertThat(accept(ada.of(other))).isEqualTo(new Acceptance.IdReused());
        }

        @Test
        void another_caller_may_use_the_same_id() {
            Submission first = ada.batch("a");
            accept(first);

            assertThat(accept(Submissions.of("bob").of(first.batch()))).isEqualTo(new Acceptance.Accepted(1));
        }

        @Test
        void a_predecessor_may_be_any_accepted_batch_of_the_client_and_no_other() {
            Submission first = ada.batch("a");
            accept(first);
            accept(ada.batch("b"));
            Submission stranger = Submissions.of("ada").batch("x");
            accept(stranger);

            assertThat(accept(ada.after(new BatchId(UUID.randomUUID()))))
                    .isEqualTo(new Acceptance.UnknownPredecessor());
            assertThat(accept(ada.after(stranger.batch().id()))).isEqualTo(new Acceptance.UnknownPredecessor());
            assertThat(accept(ada.after(first.batch().id()))).isEqualTo(new Acceptance.Accepted(3));
        }

        @Test
        void concurrent_submissions_of_one_client_get_each_a_position_without_gaps() {
            List<Uni<Acceptance>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(one(queue(), ada.batch("n" + i)));
            }

            List<Acceptance> answers = now(Uni.join().all(all).andFailFast());

            TreeSet<Long> positions = new TreeSet<>();
            answers.forEach(answer -> positions.add(((Acceptance.Accepted) answer).position()));
            assertThat(positions).hasSize(40).first().isEqualTo(1L);
            assertThat(positions.last()).isEqualTo(40L);
        }

        @Test
        void the_same_batch_sent_many_times_at_once_is_accepted_once() {
            Submission batch = ada.batch("a");
            List<Uni<Acceptance>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(one(queue(), batch));
            }

            List<Acceptance> answers = now(Uni.join().all(all).andFailFast());

            assertThat(answers)
                    .filteredOn(Acceptance.Accepted.class::isInstance)
                    .hasSize(1);
            assertThat(answers)
                    .filteredOn(Acceptance.Duplicate.class::isInstance)
                    .containsOnly(new Acceptance.Duplicate(1))
                    .hasSize(19);
        }

        @Test
        void what_is_rejected_at_once_is_kept_under_errors_at_once() {
            Submission batch = ada.rejectingFirst(ada.text(Optional.empty(), "a", "b"));

            accept(batch);

            assertThat(errorsOf(batch.key())).containsExactly(0);
        }
    }

    /** Submissions that are made durable together. */
    @Nested
    class Groups {
        @Test
        void clients_of_a_group_get_each_its_own_position() {
            Submissions bob = Submissions.of("bob");
            accept(ada.batch("before"));

            assertThat(accept(
                            bob.batch("b"),
                            ada.batch("a"),
                            Submissions.of("bob").batch("c")))
                    .containsExactly(
                            new Acceptance.Accepted(1), new Acceptance.Accepted(2), new Acceptance.Accepted(1));
        }

        @Test
        void batches_of_one_client_are_taken_in_the_order_of_the_group_and_may_follow_each_other() {
            Submission first = ada.batch("a");
            Submission second = ada.after(first.batch().id());
            Submission third = ada.after(second.batch().id());

            assertThat(accept(first, second, Submissions.of("bob").batch("b"), third))
                    .containsExactly(
                            new Acceptance.Accepted(1),
                            new Acceptance.Accepted(2),
                            new Acceptance.Accepted(1),
                            new Acceptance.Accepted(3));
            assertThat(drained()).containsExactly(first.key(), second.key(), third.key());
        }

        @Test
        void one_that_comes_before_its_predecessor_is_refused_and_the_predecessor_taken() {
            Submission first = ada.batch("a");

            assertThat(accept(ada.after(first.batch().id()), first))
                    .containsExactly(new Acceptance.UnknownPredecessor(), new Acceptance.Accepted(1));
        }

        @Test
        void the_same_batch_twice_in_a_group_is_accepted_once() {
            Submission batch = ada.batch("a");

            assertThat(accept(batch, batch, batch))
                    .containsExactly(
                            new Acceptance.Accepted(1), new Acceptance.Duplicate(1), new Acceptance.Duplicate(1));
            assertThat(drained()).containsExactly(batch.key());
        }

        @Test
        void an_id_used_twice_in_a_group_belongs_to_the_first_also_of_another_client() {
            Submissions sister = Submissions.of("ada");
            Submission batch = ada.batch("a");
            Submission other = sister.of(sister.text(batch.batch().id(), "b"));

            assertThat(accept(batch, other, sister.batch("c")))
                    .containsExactly(new Acceptance.Accepted(1), new Acceptance.IdReused(), new Acceptance.Accepted(1));
        }

        @Test
        void what_is_wrong_with_one_does_not_fail_the_others() {
            Submission known = ada.batch("known");
            accept(known);
            Submission reused = ada.of(known.batch().with(ada.batch("x").batch().operations()));
            Submission rejecting = ada.rejectingFirst(ada.text(Optional.empty(), "r", "s"));
            Submissions bob = Submissions.of("bob");

            assertThat(accept(
                            reused,
                            bob.after(new BatchId(UUID.randomUUID())),
                            bob.batch("b"),
                            Submissions.unkeepable(),
                            rejecting,
                            known))
                    .containsExactly(
                            new Acceptance.IdReused(),
                            new Acceptance.UnknownPredecessor(),
                            new Acceptance.Accepted(1),
                            new Acceptance.NotKeepable(),
                            new Acceptance.Accepted(2),
                            new Acceptance.Duplicate(1));
            assertThat(errorsOf(rejecting.key())).containsExactly(0);
        }

        @Test
        void a_group_with_parts_in_several_stores_keeps_each_lane() {
            Submission both = ada.of(ada.text(Optional.empty(), "a", "b"), FIELD, ARCHIVE);
            Submission field = ada.of(ada.text(Optional.empty(), "c"), FIELD);
            Submission again = ada.of(ada.text(Optional.empty(), "d", "e"), ARCHIVE, FIELD);

            accept(both, field, again);

            settle(lease(ARCHIVE).getFirst());
            assertThat(lease(ARCHIVE))
                    .extracting(Part::position, Part::previous, Part::operations)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(3L, 1L, List.of(0)));
            settle(lease(FIELD).getFirst());
            settle(lease(FIELD).getFirst());
            assertThat(lease(FIELD))
                    .extracting(Part::position, Part::previous, Part::operations)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(3L, 2L, List.of(1)));
        }

        @Test
        void groups_that_share_clients_in_any_order_do_not_stop_each_other() {
            List<Submissions> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                clients.add(Submissions.of("c" + i % 3));
            }
            List<Uni<List<Acceptance>>> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                Collections.shuffle(clients, new Random(i));
                all.add(group(ROOM, clients.stream().map(one -> one.batch("x")).toArray(Submission[]::new)));
            }

            List<Acceptance> answers = now(Uni.join().all(all).andFailFast()).stream()
                    .flatMap(List::stream)
                    .toList();

            for (long position = 1; position <= 30; position++) {
                assertThat(answers)
                        .filteredOn(new Acceptance.Accepted(position)::equals)
                        .hasSize(12);
            }
        }

        /** Positions 1, 2, … of the only client, to their end. */
        private List<BatchKey> drained() {
            List<BatchKey> keys = new ArrayList<>();
            for (List<Part> parts = mine(); !parts.isEmpty(); parts = mine()) {
                keys.add(parts.getFirst().key());
                settle(parts.getFirst());
            }
            return keys;
        }

        private List<Part> mine() {
            return lease(FIELD).stream()
                    .filter(part -> part.client().equals(ada.client().client()))
                    .toList();
        }
    }

    /** How much may wait. */
    @Nested
    class Room {
        @Test
        void a_client_may_have_so_many_waiting_and_others_are_not_concerned() {
            QueueRoom two = new QueueRoom(false, 2, 1_000_000);
            Submission first = ada.batch("a");

            assertThat(now(group(
                            two,
                            first,
                            ada.batch("b"),
                            ada.batch("c"),
                            Submissions.of("bob").batch("d"))))
                    .containsExactly(
                            new Acceptance.Accepted(1),
                            new Acceptance.Accepted(2),
                            new Acceptance.ClientFull(),
                            new Acceptance.Accepted(1));
            assertThat(now(group(two, first))).containsExactly(new Acceptance.Duplicate(1));

            lease(FIELD).stream().filter(part -> part.key().equals(first.key())).forEach(part -> settle(part));
            assertThat(now(group(two, ada.batch("c"), ada.batch("d"))))
                    .containsExactly(new Acceptance.Accepted(3), new Acceptance.ClientFull());
        }

        @Test
        void a_client_may_have_so_many_bytes_waiting_but_one_batch_always() {
            long size = queue().entry(ada.batch("abc")).bytes();
            QueueRoom room = new QueueRoom(false, 1_000, 2 * size + 1);

            assertThat(now(group(room, ada.batch("abc"), ada.batch("abc"), ada.batch("abc"))))
                    .containsExactly(
                            new Acceptance.Accepted(1), new Acceptance.Accepted(2), new Acceptance.ClientFull());
            lease(FIELD).forEach(part -> settle(part));
            assertThat(now(group(room, ada.batch("abc"), ada.batch("abc"))))
                    .containsExactly(new Acceptance.Accepted(3), new Acceptance.ClientFull());
            assertThat(now(group(
                            new QueueRoom(false, 1, 1), Submissions.of("bob").batch("abc"))))
                    .containsExactly(new Acceptance.Accepted(1));
        }

        @Test
        void a_full_queue_takes_nothing_new_and_still_tells_what_it_has() {
            QueueRoom full = new QueueRoom(true, 1_000, 1_000_000);
            Submission known = ada.batch("a");
            accept(known);

            assertThat(now(group(
                            full, known, ada.batch("b"), Submissions.of("bob").batch("c"))))
                    .containsExactly(
                            new Acceptance.Duplicate(1), new Acceptance.QueueFull(), new Acceptance.QueueFull());
            assertThat(accept(ada.batch("b"))).isEqualTo(new Acceptance.Accepted(2));
        }
    }

    @Nested
    class Lanes {
        @Test
        void inv_3_the_next_batch_of_a_lane_is_not_handed_out_while_the_first_is_leased() {
            accept(ada.batch("a"));
            accept(ada.batch("b"));

            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(1L);
            assertThat(lease(FIELD)).isEmpty();
        }

        @Test
        void inv_1_previous_is_the_last_batch_with_a_part_for_the_same_store() {
            accept(ada.batch("a"));
            accept(ada.of(ada.text(Optional.empty(), "b"), ARCHIVE));
            accept(ada.of(ada.text(Optional.empty(), "c", "d"), FIELD, ARCHIVE));
            settle(lease(FIELD).getFirst());

            assertThat(lease(FIELD))
                    .extracting(Part::position, Part::previous, Part::operations)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(3L, 1L, List.of(0)));
        }

        @Test
        void inv_2_a_store_that_is_not_asked_for_holds_up_only_its_own_parts() {
            Submission both = ada.of(ada.text(Optional.empty(), "a", "b"), FIELD, ARCHIVE);
            accept(both);
            accept(ada.batch("c"));

            settle(lease(FIELD).getFirst());
            assertThat(stateOf(both.key())).isEqualTo("queued");
            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(2L);

            settle(lease(ARCHIVE).getFirst());
            assertThat(stateOf(both.key())).isEqualTo("applied");
        }

        @Test
        void inv_3_many_workers_at_once_never_get_the_same_lane() {
            for (int i = 0; i < 30; i++) {
                accept(Submissions.of("c" + i).batch("x"));
            }
            List<Uni<List<Part>>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(queue().lease(UUID.randomUUID(), Set.of(FIELD), 10, LONG));
            }

            List<Part> leased = now(Uni.join().all(all).andFailFast()).stream()
                    .flatMap(List::stream)
                    .toList();

            assertThat(leased).extracting(Part::lane).doesNotHaveDuplicates();
        }

        @Test
        void a_lease_that_is_over_or_given_back_frees_the_lane() {
            accept(ada.batch("a"));
            assertThat(now(queue().lease(worker, Set.of(FIELD), 10, Duration.ZERO)))
                    .hasSize(1);
            assertThat(lease(FIELD)).extracting(Part::takenOver).containsExactly(true);

            now(queue().release(worker));

            assertThat(lease(FIELD)).extracting(Part::takenOver).containsExactly(false);
        }

        @Test
        void a_lease_that_its_worker_has_given_up_runs_out_while_the_worker_renews_others() {
            accept(ada.batch("a"));
            accept(Submissions.of("bob").batch("b"));
            List<Part> held = now(queue().lease(worker, Set.of(FIELD), 10, Duration.ZERO));

            now(queue().renew(worker, held.subList(0, 1), LONG));

            assertThat(lease(FIELD))
                    .extracting(Part::lane)
                    .containsExactly(held.get(1).lane());
        }

        @Test
        void a_postponed_part_comes_back_after_its_pause_or_when_its_store_is_up() {
            accept(ada.batch("a"));
            now(queue().postpone(lease(FIELD).getFirst(), LONG, false));
            assertThat(lease(FIELD)).isEmpty();

            now(queue().resume(FIELD));

            Part again = lease(FIELD).getFirst();
            assertThat(again.attempts()).isZero();
            now(queue().postpone(again, Duration.ZERO, true));
            assertThat(lease(FIELD).getFirst().attempts()).isEqualTo(1);
        }

        @Test
        void a_part_holds_what_was_sent_and_by_whom() {
            Submission sent = ada.rejectingFirst(ada.text(Optional.empty(), "höhe ≠ 1", "b"));
            accept(sent);

            Part part = lease(FIELD).getFirst();

            assertThat(part.batch()).isEqualTo(sent.batch());
            assertThat(part.submitter()).isEqualTo(sent.submitter());
            assertThat(part.decided()).isEqualTo(sent.decided());
        }
    }

    /** What a store has lost although it had confirmed it (store-protocol 22). */
    @Nested
    class Losses {
        private final Submission first = ada.batch("a");
        private final Submission second = ada.batch("b", "c");
        private final Submission third = ada.batch("d");

        private Part part;

        @BeforeEach
        void threeAreSettled() {
            accept(first, second, third);
            part = lease(FIELD).getFirst();
            settle(part);
            settle(lease(FIELD).getFirst(), Submissions.rejected(1));
            settle(lease(FIELD).getFirst());
        }

        private int takeBack(long stands) {
            return now(queue().takeBack(FIELD, part.lane(), stands, LONG));
        }

        @Test
        void inv_22_what_is_lost_waits_again_in_order_and_what_was_refused_stays_refused() {
            assertThat(takeBack(1)).isEqualTo(2);

            assertThat(stateOf(first.key())).isEqualTo("applied");
            assertThat(stateOf(second.key())).isEqualTo("queued");
            Part again = lease(FIELD).getFirst();
            assertThat(again.key()).isEqualTo(second.key());
            assertThat(again.previous()).isEqualTo(1);
            assertThat(again.decided()).containsExactly(Submissions.rejected(1));
            settle(again, Submissions.rejected(1));
            assertThat(stateOf(second.key())).isEqualTo("applied-with-errors");
            assertThat(errorsOf(second.key())).containsExactly(1);
            settle(lease(FIELD).getFirst());
            assertThat(stateOf(third.key())).isEqualTo("applied");
        }

        @Test
        void inv_22_what_the_store_still_has_is_left_as_it_is() {
            assertThat(takeBack(3)).isZero();
            assertThat(lease(FIELD)).isEmpty();
        }

        @Test
        void inv_22_a_second_word_of_the_same_loss_changes_nothing() {
            takeBack(1);

            assertThat(takeBack(1)).isZero();
            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(2L);
        }

        @Test
        void inv_22_a_new_batch_comes_after_what_is_lost_and_whoever_had_the_lane_has_it_no_more() {
            accept(ada.batch("e"));
            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(4L);

            takeBack(0);

            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(1L);
        }

        @Test
        void inv_22_positions_go_on_beyond_what_a_store_has_of_batches_that_are_not_known() {
            takeBack(17);

            assertThat(accept(ada.batch("e"))).isEqualTo(new Acceptance.Accepted(18));
        }

        @Test
        void lanes_are_told_by_pages_up_to_where_they_are_settled() {
            Submissions bob = Submissions.of("bob");
            accept(bob.batch("x"));
            accept(Submissions.of("eve").batch("waits"));
            lease(FIELD).stream()
                    .filter(one -> one.submitter().caller().name().equals("bob"))
                    .forEach(one -> settle(one));

            List<UploadQueue.SettledLane> page = now(queue().settledLanes(FIELD, Optional.empty(), 1));
            List<UploadQueue.SettledLane> rest =
                    now(queue().settledLanes(FIELD, Optional.of(page.getFirst().lane()), 5));

            assertThat(Stream.concat(page.stream(), rest.stream()))
                    .containsExactlyInAnyOrder(
                            new UploadQueue.SettledLane(part.lane(), 3),
                            new UploadQueue.SettledLane(bob.client().lane(), 1));
            assertThat(now(queue().settledLanes(ARCHIVE, Optional.empty(), 5))).isEmpty();
        }
    }

    @Nested
    class Settling {
        @Test
        void a_batch_is_applied_when_its_last_part_is() {
            Submission batch = ada.batch("a");
            accept(batch);
            assertThat(stateOf(batch.key())).isEqualTo("queued");

            settle(lease(FIELD).getFirst(), OperationOutcome.applied(0));

            assertThat(stateOf(batch.key())).isEqualTo("applied");
            assertThat(lease(FIELD)).isEmpty();
        }

        @Test
        void what_was_rejected_is_kept_under_errors_once_however_often_it_is_settled() {
            Submission batch = ada.batch("a", "b");
            accept(batch);
            Part part = lease(FIELD).getFirst();

            settle(part, Submissions.rejected(1), OperationOutcome.applied(0));
            settle(part, Submissions.rejected(1), OperationOutcome.applied(0));

            assertThat(errorsOf(batch.key())).containsExactly(1);
            assertThat(stateOf(batch.key())).isEqualTo("applied-with-errors");
        }

        @Test
        void a_part_that_is_given_up_fails_its_batch_and_frees_its_lane() {
            Submission batch = ada.batch("a");
            accept(batch);
            accept(ada.batch("b"));

            now(queue().settle(List.of(
                    new Settled(lease(FIELD).getFirst(), new Settlement(List.of(Submissions.rejected(0)), true)))));

            assertThat(stateOf(batch.key())).isEqualTo("failed");
            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(2L);
        }
    }
}
