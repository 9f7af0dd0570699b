package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.Until;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which submissions go together, and when, with a queue whose commits end when the test says so. */
class GroupCommitTest {
    private static final Duration NO_LINGER = Duration.ZERO;
    private final Commits queue = new Commits();
    private final List<Observation> seen = new ArrayList<>();
    private final Backlog backlog = new Backlog(new Backlog.Limits(5, 1_000, 10, 100));

    private GroupCommit groups(int batches, long bytes, int underWay, Duration linger) {
        return new GroupCommit(queue, backlog, seen::add, new GroupCommit.Bounds(batches, bytes, underWay, linger));
    }

    private UniAssertSubscriber<Acceptance> send(GroupCommit groups, Submission submission) {
        return send(groups, submission, 10);
    }

    private UniAssertSubscriber<Acceptance> send(GroupCommit groups, Submission submission, long bytes) {
        return groups.accept(new Sized(submission, bytes)).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void send(GroupCommit groups, int many) {
        for (int i = 0; i < many; i++) {
            send(groups, any());
        }
    }

    private static Submission any() {
        return Submissions.of("ada").batch("x");
    }

    @Test
    void one_that_comes_alone_goes_at_once() {
        send(groups(10, 1_000, 1, Duration.ofHours(1)), any());

        assertThat(queue.sizes()).containsExactly(1);
    }

    @Test
    void what_comes_during_a_commit_goes_together_with_the_next() {
        GroupCommit groups = groups(10, 1_000, 1, NO_LINGER);
        send(groups, any());
        var second = send(groups, any());
        var third = send(groups, any());
        assertThat(queue.sizes()).containsExactly(1);

        queue.end(0);

        assertThat(queue.sizes()).containsExactly(1, 2);
        second.assertNotTerminated();
        queue.end(1);
        second.assertItem(new Acceptance.Accepted(1));
        third.assertItem(new Acceptance.Accepted(2));
        assertThat(seen.stream().map(one -> ((Observation.GroupCommitted) one).batches()))
                .containsExactly(1, 2);
    }

    @Test
    void a_group_is_bounded_by_number_and_by_bytes_but_one_always_goes() {
        GroupCommit groups = groups(3, 100, 1, NO_LINGER);
        send(groups, any());
        for (long bytes : new long[] {10, 10, 10, 60, 60, 500, 5}) {
            send(groups, any(), bytes);
        }

        for (int i = 0; i < 5; i++) {
            queue.end(i);
        }

        assertThat(queue.bytes())
                .containsExactly(List.of(10L), List.of(10L, 10L, 10L), List.of(60L, 5L), List.of(60L), List.of(500L));
    }

    @Test
    void so_many_commits_are_under_way_at_once_and_no_more() {
        GroupCommit groups = groups(10, 1_000, 2, NO_LINGER);
        for (int i = 0; i < 5; i++) {
            send(groups, any());
        }
        assertThat(queue.sizes()).containsExactly(1, 1);

        queue.end(1);

        assertThat(queue.sizes()).containsExactly(1, 1, 3);
    }

    @Test
    void beside_a_commit_goes_what_is_no_smaller_and_whatever_is_full() {
        GroupCommit groups = groups(4, 1_000, 3, NO_LINGER);
        send(groups, 5);
        assertThat(queue.sizes()).containsExactly(1, 1, 2);

        queue.end(0);
        send(groups, 1);
        assertThat(queue.sizes()).containsExactly(1, 1, 2);
        send(groups, 1);
        assertThat(queue.sizes()).containsExactly(1, 1, 2, 3);

        queue.end(1);
        queue.end(2);
        send(groups, 3);
        assertThat(queue.sizes()).containsExactly(1, 1, 2, 3, 3);
        send(groups, 3);
        assertThat(queue.sizes()).containsExactly(1, 1, 2, 3, 3);
        send(groups, 1);
        assertThat(queue.sizes()).containsExactly(1, 1, 2, 3, 3, 4);
    }

    @Test
    void a_client_is_in_one_commit_at_a_time_and_its_order_is_kept() {
        GroupCommit groups = groups(10, 1_000, 2, NO_LINGER);
        Submissions ada = Submissions.of("ada");
        List<Submission> sent = List.of(ada.batch("1"), ada.batch("2"), any(), ada.batch("3"));
        sent.forEach(one -> send(groups, one));
        assertThat(queue.groups).extracting(List::size).containsExactly(1, 1);

        queue.end(1);
        assertThat(queue.sizes()).containsExactly(1, 1);
        queue.end(0);

        assertThat(queue.groups.get(2))
                .extracting(UploadQueue.Entry::submission)
                .containsExactly(sent.get(1), sent.get(3));
    }

    @Test
    void when_the_queue_does_not_answer_all_that_wait_are_told_and_later_ones_are_tried_anew() {
        GroupCommit groups = groups(10, 1_000, 1, NO_LINGER);
        var first = send(groups, any());
        var second = send(groups, any());

        queue.fail(0);

        first.assertFailedWith(Refusal.class);
        second.assertFailedWith(Refusal.class);
        send(groups, any());
        assertThat(queue.sizes()).containsExactly(1, 1);
    }

    @Test
    void one_that_is_given_up_while_it_waits_is_not_sent() {
        GroupCommit groups = groups(10, 1_000, 1, NO_LINGER);
        send(groups, any());
        send(groups, any()).cancel();
        send(groups, any());

        queue.end(0);

        assertThat(queue.sizes()).containsExactly(1, 1);
    }

    @Test
    void after_a_group_with_company_the_next_lingers_for_more_until_it_is_full() {
        GroupCommit groups = groups(3, 1_000, 1, Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            send(groups, any());
        }
        queue.end(0);
        queue.end(1);
        assertThat(queue.sizes()).containsExactly(1, 2);

        send(groups, any());
        send(groups, any());
        assertThat(queue.sizes()).containsExactly(1, 2);
        send(groups, any());

        assertThat(queue.sizes()).containsExactly(1, 2, 3);
    }

    @Test
    void lingering_ends() {
        GroupCommit groups = groups(3, 1_000, 1, Duration.ofMillis(5));
        for (int i = 0; i < 3; i++) {
            send(groups, any());
        }
        queue.end(0);
        queue.end(1);

        send(groups, any());

        Until.holds(
                "the third group", Duration.ofSeconds(10), () -> queue.sizes().equals(List.of(1, 2, 1)));
    }

    @Test
    void what_was_taken_in_counts_until_the_next_count() {
        GroupCommit groups = groups(3, 1_000, 1, NO_LINGER);
        backlog.counted(backlog.beforeCount(), new Backlog.Known(4, 10));
        send(groups, any());
        assertThat(queue.rooms.getLast().full()).isFalse();
        Backlog.Known before = backlog.beforeCount();
        queue.end(0);
        send(groups, any());
        assertThat(queue.rooms.getLast()).isEqualTo(new QueueRoom(true, 10, 100));
        queue.end(1);

        backlog.counted(before, new Backlog.Known(0, 0));

        send(groups, any());
        assertThat(queue.rooms.getLast().full()).isFalse();
        queue.end(2);
        backlog.counted(backlog.beforeCount(), new Backlog.Known(1, 1_000));
        send(groups, any());
        assertThat(queue.rooms.getLast().full()).isTrue();
    }

    private record Sized(Submission submission, long bytes) implements UploadQueue.Entry {}

    /** Remembers groups, and answers them when it is told to: each batch accepted at its place in the group. */
    private static final class Commits implements UploadQueue {
        private final List<List<? extends Entry>> groups = new ArrayList<>();
        private final List<QueueRoom> rooms = new ArrayList<>();
        private final List<UniEmitter<? super List<Acceptance>>> answers = new ArrayList<>();

        @Override
        public Uni<Integer> takeBack(StoreName store, LaneId lane, long stands, Duration patience) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<List<SettledLane>> settledLanes(StoreName store, Optional<LaneId> after, int most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized Uni<List<Acceptance>> accept(List<? extends Entry> group, QueueRoom room) {
            groups.add(group);
            rooms.add(room);
            return Uni.createFrom().emitter(answers::add);
        }

        void end(int group) {
            answers.get(group)
                    .complete(LongStream.rangeClosed(1, groups.get(group).size())
                            .<Acceptance>mapToObj(Acceptance.Accepted::new)
                            .toList());
        }

        void fail(int group) {
            answers.get(group).fail(UploadQueue.unavailable());
        }

        synchronized List<Integer> sizes() {
            return groups.stream().map(List::size).toList();
        }

        List<List<Long>> bytes() {
            return groups.stream()
                    .map(group -> group.stream().map(UploadQueue.Entry::bytes).toList())
                    .toList();
        }

        @Override
        public Entry entry(Submission submission) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<List<Part>> lease(UUID worker, Set<StoreName> stores, int most, Duration lease) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Void> renew(UUID worker, Collection<Part> parts, Duration lease) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Void> settle(Collection<Settled> ended) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Void> postpone(Part part, Duration pause, boolean ownFault) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Void> resume(StoreName store) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Void> release(UUID worker) {
            throw new UnsupportedOperationException();
        }
    }
}
