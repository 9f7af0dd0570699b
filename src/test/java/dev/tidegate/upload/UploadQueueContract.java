package dev.tidegate.upload;

import static dev.tidegate.upload.Submissions.ARCHIVE;
import static dev.tidegate.upload.Submissions.FIELD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link UploadQueue} keeps. Numbers are those of store-protocol.md. */
public abstract class UploadQueueContract {
    private static final Duration LONG = Duration.ofMinutes(5);
    private final UUID worker = UUID.randomUUID();
    private final Submissions ada = Submissions.of("ada");

    protected abstract UploadQueue queue();

    /** The state that is kept of a batch. */
    protected abstract String stateOf(BatchKey key);

    /** Indices of the errors that are kept of a batch. */
    protected abstract List<Integer> errorsOf(BatchKey key);

    private Acceptance accept(Submission submission) {
        return now(queue().accept(submission));
    }

    private List<Part> lease(StoreName... stores) {
        return now(queue().lease(worker, Set.of(stores), 10, LONG));
    }

    private void settle(Part part, OperationOutcome... outcomes) {
        now(queue().settle(part, new Settlement(List.of(outcomes), false)));
    }

    protected static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    @Nested
    class Intake {
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
                all.add(queue().accept(ada.batch("n" + i)));
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
                all.add(queue().accept(batch));
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
            assertThat(lease(FIELD)).hasSize(1);

            now(queue().release(worker));

            assertThat(lease(FIELD)).hasSize(1);
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

            now(queue().settle(lease(FIELD).getFirst(), new Settlement(List.of(Submissions.rejected(0)), true)));

            assertThat(stateOf(batch.key())).isEqualTo("failed");
            assertThat(lease(FIELD)).extracting(Part::position).containsExactly(2L);
        }
    }
}
