package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.ClientKey;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.observation.Work;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.testing.MovingClock;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ApplyWorkerTest {
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Shop:
                        entities:
                          Order:
                            store: field
                            id: { column: id, type: uuid }
                            attributes: { Title: { type: string } }
                        access:
                          - { entity: Shop.Order, roles: [Engineer], read: all, write: all }
                    profiles:
                      Mobile:
                        kind: native-mobile
                        sync: { Shop.Order: { mode: all } }
                    """).model().orElseThrow();

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final TraceParent CALL =
            new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
    private static final TraceParent HERE =
            new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true);

    private final Queue queue = new Queue();
    private final MovingClock clock = new MovingClock();
    private final Recall recall = new Recall();
    private final Writer writer = new Writer();
    private final List<Observation> seen = new ArrayList<>();
    private final List<Work> followed = new ArrayList<>();
    private final List<Work> failed = new ArrayList<>();
    private final List<Work> ended = new ArrayList<>();

    private ApplyWorker worker(int groups, GroupBounds bounds) {
        Rulebook rulebook = Rulebook.of(MODEL);
        Applying applying = new Applying(rulebook, new ChangeRules(rulebook), writer);
        return new ApplyWorker(
                Submissions.FIELD,
                () -> applying,
                new ApplyWorker.Tools(
                        queue,
                        recall,
                        _ -> true,
                        new BatchTracker(new NoRecords(), Clock.systemUTC()),
                        _ -> {},
                        new Watcher(),
                        clock,
                        new Random(1)),
                new ApplyWorker.Pace(
                        groups,
                        bounds,
                        Duration.ofSeconds(5),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(5),
                        3,
                        PATIENCE));
    }

    /** Sees everything, and follows everything. */
    private final class Watcher implements Observer {
        @Override
        public void see(Observation observation) {
            seen.add(observation);
        }

        @Override
        public Span follow(Work work) {
            followed.add(work);
            return new Span() {
                @Override
                public Optional<TraceParent> place() {
                    return Optional.of(HERE);
                }

                @Override
                public void failed(Throwable failure) {
                    failed.add(work);
                }

                @Override
                public void end() {
                    ended.add(work);
                }
            };
        }
    }

    private static Part part(int operations, int attempts) {
        return part(operations, attempts, 0);
    }

    private static Part part(int operations, int attempts, int delays) {
        return part(
                Submissions.of("ada")
                        .batch(IntStream.range(0, operations)
                                .mapToObj(i -> "t" + i)
                                .toArray(String[]::new)),
                attempts,
                delays);
    }

    private static Part part(Submission sent, int attempts, int delays) {
        return new Part(
                Submissions.FIELD,
                new LaneId(UUID.randomUUID()),
                1,
                0,
                sent.key(),
                sent.client().client(),
                sent.submitter(),
                sent.batch(),
                sent.shares().getFirst().operations(),
                List.of(),
                attempts,
                delays,
                Instant.now(),
                false);
    }

    private static List<Part> parts(int count) {
        return IntStream.range(0, count).mapToObj(_ -> part(1, 0)).toList();
    }

    @Nested
    class Following {
        @Test
        void an_attempt_is_followed_for_batches_that_are_recorded_and_each_half_is_an_attempt() {
            Part recorded = part(Submissions.recorded(Submissions.of("ada").batch("t"), CALL), 0, 0);
            Part culprit = part(1, 0);
            writer.culprit = Optional.of(culprit.lane().in(Submissions.FIELD));
            queue.ready.addAll(List.of(recorded, culprit));

            worker(1, new GroupBounds(16, 100, 50)).wake();

            Work whole = new Work.Application(Submissions.FIELD, 2, 2, false, List.of(CALL));
            Work half = new Work.Application(Submissions.FIELD, 1, 1, false, List.of(CALL));
            Work change = new Work.Change(Submissions.FIELD, HERE);
            assertThat(followed).containsExactly(whole, change, half, change, new Work.Settlement(HERE));
            assertThat(failed).containsExactly(change, whole);
            assertThat(ended).containsExactlyInAnyOrderElementsOf(followed);
            assertThat(queue.settled()).containsExactly(recorded);
        }

        @Test
        void without_such_batches_nothing_is_followed() {
            queue.ready.addAll(parts(3));

            worker(1, new GroupBounds(16, 100, 50)).wake();

            assertThat(queue.settled()).hasSize(3);
            assertThat(followed).isEmpty();
        }
    }

    @Nested
    class Cutting {
        private final GroupBounds bounds = new GroupBounds(4, 10, 6);

        @Test
        void a_group_is_bounded_by_parts_and_by_operations() {
            List<Part> small = parts(5);
            List<Part> large = List.of(part(5, 0), part(5, 0), part(5, 0));

            assertThat(bounds.cut(small)).containsExactly(small.subList(0, 4), small.subList(4, 5));
            assertThat(bounds.cut(large)).containsExactly(large.subList(0, 2), large.subList(2, 3));
        }

        @Test
        void a_huge_part_and_those_that_failed_or_were_held_up_before_go_alone() {
            Part huge = part(7, 0);
            Part failed = part(1, 1);
            Part heldUp = part(1, 0, 2);
            List<Part> others = List.of(part(1, 0), part(1, 0, 1), part(1, 0));

            assertThat(bounds.cut(List.of(others.get(0), huge, others.get(1), failed, heldUp, others.get(2))))
                    .containsExactlyInAnyOrder(List.of(huge), List.of(failed), List.of(heldUp), others);
        }

        @Test
        void a_part_that_writes_files_goes_alone() {
            Part with = ofFile();
            List<Part> others = parts(2);

            assertThat(bounds.cut(List.of(others.get(0), with, others.get(1))))
                    .containsExactlyInAnyOrder(List.of(with), others);
        }

        private Part ofFile() {
            Part plain = part(1, 0);
            ChangeText text = plain.operation(0);
            ChangeText referring = new ChangeText(
                    text.kind(),
                    text.entity(),
                    text.id(),
                    text.baseVersion(),
                    Map.of("Photo", Map.of("file", UUID.randomUUID().toString())),
                    Map.of(),
                    text.pointer());
            return new Part(
                    plain.store(),
                    plain.lane(),
                    1,
                    0,
                    plain.key(),
                    plain.client(),
                    plain.submitter(),
                    plain.batch().with(List.of(referring)),
                    plain.operations(),
                    List.of(),
                    0,
                    0,
                    plain.acceptedAt(),
                    false);
        }
    }

    @Nested
    class Sizes {
        private final GroupSize size = new GroupSize(2_000);

        @Test
        void groups_grow_while_they_are_full_and_short() {
            size.took(250, Duration.ofMillis(100));
            assertThat(size.operations()).isEqualTo(512);
            size.took(100, Duration.ofMillis(100));
            size.took(500, Duration.ofMillis(600));
            assertThat(size.operations()).isEqualTo(512);
            for (int i = 0; i < 5; i++) {
                size.took(size.operations(), Duration.ofMillis(100));
            }
            assertThat(size.operations()).isEqualTo(2_000);
        }

        @Test
        void a_long_one_is_followed_by_what_takes_a_second_or_by_half_as_much() {
            size.took(250, Duration.ofMillis(100));
            size.took(500, Duration.ofMillis(1_250));
            assertThat(size.operations()).isEqualTo(400);
            size.failed(400, Duration.ofSeconds(5));
            assertThat(size.operations()).isEqualTo(200);
            size.took(2_000, Duration.ofSeconds(5));
            assertThat(size.operations()).isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                size.took(10, Duration.ofSeconds(30));
            }
            assertThat(size.operations()).isEqualTo(64);
        }

        @Test
        void what_fails_at_once_tells_nothing() {
            size.failed(256, Duration.ofMillis(1));

            assertThat(size.operations()).isEqualTo(256);
        }

        @Test
        void what_is_allowed_at_most_is_never_exceeded() {
            GroupSize small = new GroupSize(10);
            small.took(10, Duration.ofMillis(1));
            small.took(10, Duration.ofSeconds(9));

            assertThat(small.operations()).isEqualTo(10);
        }
    }

    @Nested
    class Gathering {
        @Test
        void what_comes_while_all_groups_are_under_way_makes_the_next_group() {
            writer.holds = true;
            ApplyWorker worker = worker(1, new GroupBounds(8, 100, 100));
            queue.ready.addAll(parts(1));
            worker.wake();
            for (Part part : parts(5)) {
                queue.ready.add(part);
                worker.wake();
            }
            assertThat(writer.sizes()).containsExactly(1);
            assertThat(queue.ready).hasSize(5);

            writer.release();

            assertThat(writer.sizes()).containsExactly(1, 5);
        }

        @Test
        void groups_are_as_large_as_the_last_ones_were_quick() {
            ApplyWorker worker = worker(1, new GroupBounds(400, 1_000, 100));
            queue.ready.addAll(parts(400));
            worker.wake();
            queue.ready.addAll(parts(400));
            worker.wake();

            assertThat(writer.sizes()).containsExactly(256, 144, 400);
        }

        @Test
        void several_groups_are_under_way_at_once_and_no_more_than_may_be() {
            writer.holds = true;
            queue.ready.addAll(parts(20));

            worker(3, new GroupBounds(4, 100, 100)).wake();

            assertThat(writer.sizes()).containsExactly(4, 4, 4);
        }

        @Test
        void a_worker_that_stops_begins_no_group_that_waits() {
            writer.holds = true;
            queue.ready.addAll(List.of(part(3, 0), part(3, 0)));
            ApplyWorker worker = worker(1, new GroupBounds(8, 3, 3));
            worker.wake();

            Uni<Void> stopped = worker.stop(Duration.ofSeconds(10)).memoize().indefinitely();
            stopped.subscribe().with(_ -> {});
            writer.release();
            stopped.await().atMost(Duration.ofSeconds(10));

            assertThat(writer.sizes()).containsExactly(1);
            assertThat(queue.released).isTrue();
        }
    }

    @Nested
    class Ending {
        private final ApplyWorker worker = worker(2, new GroupBounds(64, 1_000, 100));

        @Test
        void a_group_is_settled_at_once() {
            List<Part> all = parts(6);
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.settlements).hasSize(1);
            assertThat(queue.settled()).containsExactlyElementsOf(all);
            assertThat(seen)
                    .filteredOn(Observation.GroupApplied.class::isInstance)
                    .hasSize(1);
        }

        @Test
        void inv_22_what_the_store_has_lost_waits_again_before_what_comes_after_it_and_the_rest_is_settled() {
            List<Part> all = parts(3);
            writer.astray.add(all.get(1).lane().in(Submissions.FIELD));
            queue.lost = 2;
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.settled()).containsExactly(all.get(0), all.get(2));
            assertThat(queue.takenBack).containsExactly(Map.entry(all.get(1).lane(), 0L));
            assertThat(queue.postponed).isEmpty();
            assertThat(writer.sizes()).containsExactly(3);
        }

        @Test
        void inv_22_where_nothing_can_be_taken_back_the_lane_is_put_where_the_queue_has_it() {
            List<Part> all = parts(3);
            writer.astray.add(all.get(1).lane().in(Submissions.FIELD));
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.settled()).containsExactly(all.get(0), all.get(2), all.get(1));
            assertThat(writer.sizes()).containsExactly(3, 1);
            assertThat(writer.groups.getLast().getFirst().stray()).contains(0L);
        }

        @Test
        void inv_22_what_goes_wrong_with_a_lane_that_is_put_right_concerns_no_other() {
            List<Part> all = parts(3);
            failsOnlyAlone(all.get(1));
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.settled()).containsExactly(all.get(0), all.get(2));
            assertThat(queue.postponed).containsExactly(new Postponed(all.get(1), true));
        }

        @Test
        void inv_22_what_was_applied_after_its_turn_and_is_lost_waits_again_by_pages_of_a_thousand() {
            LaneId lane = new LaneId(UUID.randomUUID());
            IntStream.range(0, 1_500)
                    .mapToObj(at -> new LatePlace(Submissions.FIELD, lane, 1, at, 1))
                    .forEach(recall.applied::add);
            writer.known.addAll(recall.applied.subList(3, 1_400));

            worker.wake();

            assertThat(recall.takenBack)
                    .containsExactlyElementsOf(Stream.concat(
                                    recall.applied.subList(0, 3).stream(),
                                    recall.applied.subList(1_400, 1_500).stream())
                            .toList());
            assertThat(seen).contains(new Observation.HistoryLost(Submissions.FIELD, Observation.LostBy.STORE, 103));
        }

        @Test
        void inv_22_one_that_fails_for_good_is_given_up_there_too() {
            Part hopeless = part(2, 2);
            failsOnlyAlone(hopeless);
            queue.ready.add(part(1, 0));
            queue.ready.add(hopeless);

            worker.wake();

            assertThat(queue.settled()).contains(hopeless);
            assertThat(queue.postponed).isEmpty();
        }

        private void failsOnlyAlone(Part part) {
            LaneId lane = part.lane().in(Submissions.FIELD);
            writer.astray.add(lane);
            writer.culprit = Optional.of(lane);
            writer.culpritOnlyAlone = true;
        }

        @Test
        void
                inv_22_lanes_are_looked_at_at_the_start_until_that_has_come_to_an_end_and_after_each_time_without_the_store() {
            LaneId lost = new LaneId(UUID.randomUUID());
            LaneId whole = new LaneId(UUID.randomUUID());
            queue.settledLanes.add(new UploadQueue.SettledLane(lost, 7));
            queue.settledLanes.add(new UploadQueue.SettledLane(whole, 7));
            Map<LaneId, Long> stands = Map.of(lost.in(Submissions.FIELD), 4L, whole.in(Submissions.FIELD), 7L);

            worker.wake();
            writer.stands.add(stands);
            worker.wake();
            assertThat(queue.takenBack).isEmpty();

            clock.move(Duration.ofSeconds(6));
            worker.wake();
            assertThat(queue.takenBack).containsExactly(Map.entry(lost, 4L));

            queue.takenBack.clear();
            writer.stands.add(stands);
            worker.wake();
            assertThat(queue.takenBack).isEmpty();

            worker.resume();
            assertThat(queue.takenBack).containsExactly(Map.entry(lost, 4L));
        }

        @Test
        void what_passes_postpones_the_group_whole() {
            List<Part> all = parts(5);
            writer.failure = new StoreNotReady("sqlstate-40P01", new IllegalStateException());
            queue.ready.addAll(all);

            worker.wake();

            assertThat(writer.sizes()).containsExactly(5);
            assertThat(queue.postponed)
                    .containsExactlyElementsOf(
                            all.stream().map(part -> new Postponed(part, false)).toList());
        }

        @Test
        void what_does_not_pass_halves_the_group_until_the_culprit_is_alone() {
            List<Part> all = parts(16);
            Part culprit = all.get(11);
            writer.culprit = Optional.of(culprit.lane().in(Submissions.FIELD));
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.postponed).containsExactly(new Postponed(culprit, true));
            assertThat(queue.settled())
                    .containsExactlyElementsOf(
                            all.stream().filter(part -> !part.equals(culprit)).toList());
            assertThat(writer.sizes()).containsExactly(16, 8, 8, 4, 2, 2, 1, 1, 4);
        }

        @Test
        void a_culprit_is_given_up_at_its_last_attempt_and_its_lane_goes_on() {
            Part culprit = part(2, 2);
            writer.culprit = Optional.of(culprit.lane().in(Submissions.FIELD));
            queue.ready.add(culprit);

            worker.wake();

            assertThat(writer.groups.getFirst().getFirst().last()).isTrue();
            assertThat(queue.settlements.getFirst())
                    .containsExactly(new Settled(
                            culprit,
                            new Settlement(
                                    List.of(OperationOutcome.givenUp(0), OperationOutcome.givenUp(1)),
                                    true,
                                    PATIENCE)));
        }

        @Test
        void a_part_that_cannot_be_settled_holds_up_no_other() {
            List<Part> all = parts(4);
            queue.unsettled = Optional.of(all.get(2));
            queue.ready.addAll(all);

            worker.wake();

            assertThat(queue.settled()).containsExactly(all.get(0), all.get(1), all.get(3));
            assertThat(queue.postponed).isEmpty();
        }
    }

    private record Postponed(Part part, boolean ownFault) {}

    /** Applies everything, unless it is told otherwise. */
    private static final class Writer implements ChangeWriter {
        private final List<List<PartWork>> groups = new ArrayList<>();
        private final Set<LaneId> astray = new HashSet<>();
        private final Deque<Map<LaneId, Long>> stands = new ArrayDeque<>();
        private final Set<LatePlace> known = new HashSet<>();
        private final Deque<Runnable> held = new ArrayDeque<>();
        private Optional<LaneId> culprit = Optional.empty();
        private boolean culpritOnlyAlone;
        private RuntimeException failure = new IllegalStateException("no such table");
        private boolean holds;

        List<Integer> sizes() {
            return groups.stream().map(List::size).toList();
        }

        void release() {
            holds = false;
            while (!held.isEmpty()) {
                held.remove().run();
            }
        }

        @Override
        public Uni<List<PartResult>> apply(List<PartWork> group) {
            groups.add(group);
            boolean fails = failure instanceof StoreNotReady
                    || ((group.size() == 1 || !culpritOnlyAlone)
                            && group.stream()
                                    .anyMatch(work ->
                                            culprit.filter(work.lane()::equals).isPresent() && writes(work)));
            return fails
                    ? Uni.createFrom().failure(failure)
                    : Uni.createFrom().emitter(answer -> {
                        if (holds) {
                            held.add(() -> answer(answer, group));
                        } else {
                            answer(answer, group);
                        }
                    });
        }

        private static boolean writes(PartWork work) {
            return work.steps().stream()
                    .anyMatch(step -> !(step.todo() instanceof Step.Keep keep)
                            || !keep.outcome().equals(OperationOutcome.givenUp(step.index())));
        }

        private void answer(UniEmitter<? super List<PartResult>> answer, List<PartWork> group) {
            answer.complete(group.stream()
                    .<PartResult>map(work -> astray.contains(work.lane())
                                    && work.stray().isEmpty()
                            ? new PartResult.Astray(0)
                            : new PartResult.Applied(
                                    work.steps().stream().map(Writer::outcome).toList(), false))
                    .toList());
        }

        private static OperationOutcome outcome(Step step) {
            return step.todo() instanceof Step.Keep keep ? keep.outcome() : OperationOutcome.applied(step.index());
        }

        @Override
        public Uni<List<LatePlace>> unknown(StoreName store, List<LatePlace> units) {
            return Uni.createFrom()
                    .item(units.stream().filter(unit -> !known.contains(unit)).toList());
        }

        @Override
        public Uni<Map<LaneId, Long>> stands(StoreName store, List<LaneId> lanes) {
            return stands.isEmpty()
                    ? Uni.createFrom().failure(new StoreNotReady("connection-lost", new IllegalStateException()))
                    : Uni.createFrom().item(stands.remove());
        }

        @Override
        public Uni<Void> prepare(StoreName store) {
            return Uni.createFrom().voidItem();
        }
    }

    private static final class Recall implements LateRecall {
        private final List<LatePlace> applied = new ArrayList<>();
        private final List<LatePlace> takenBack = new ArrayList<>();

        @Override
        public Uni<List<LatePlace>> applied(StoreName store, Optional<LatePlace> after, int most) {
            return Uni.createFrom()
                    .item(applied.stream()
                            .skip(after.map(applied::indexOf).orElse(-1) + 1)
                            .limit(most)
                            .toList());
        }

        @Override
        public Uni<Integer> takeBack(Collection<LatePlace> lost, Duration patience) {
            takenBack.addAll(lost);
            return Uni.createFrom().item(lost.size());
        }
    }

    /** Gives what is ready, once. */
    private static final class Queue implements UploadQueue {
        private final Deque<Part> ready = new ArrayDeque<>();
        private final List<Collection<Settled>> settlements = new ArrayList<>();
        private final List<Postponed> postponed = new ArrayList<>();
        private final List<SettledLane> settledLanes = new ArrayList<>();
        private final Map<LaneId, Long> takenBack = new HashMap<>();
        private Optional<Part> unsettled = Optional.empty();
        private int lost;
        private boolean released;

        List<Part> settled() {
            return settlements.stream()
                    .flatMap(Collection::stream)
                    .map(Settled::part)
                    .toList();
        }

        @Override
        public Uni<List<Part>> lease(UUID worker, Set<StoreName> stores, int most, Duration lease) {
            List<Part> given = new ArrayList<>();
            while (given.size() < most && !ready.isEmpty()) {
                given.add(ready.remove());
            }
            return Uni.createFrom().item(given);
        }

        @Override
        public Uni<Void> settle(Collection<Settled> ended) {
            if (ended.stream()
                    .anyMatch(one -> unsettled.filter(one.part()::equals).isPresent())) {
                return Uni.createFrom().failure(UploadQueue.unavailable());
            }
            settlements.add(ended);
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Integer> takeBack(StoreName store, LaneId lane, long stands, Duration patience) {
            takenBack.put(lane, stands);
            return Uni.createFrom().item(lost);
        }

        @Override
        public Uni<List<SettledLane>> settledLanes(StoreName store, Optional<LaneId> after, int most) {
            return Uni.createFrom().item(after.isEmpty() ? List.copyOf(settledLanes) : List.of());
        }

        @Override
        public Uni<Void> postpone(Part part, Duration pause, boolean ownFault) {
            postponed.add(new Postponed(part, ownFault));
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Void> release(UUID worker) {
            released = true;
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Void> renew(UUID worker, Collection<Part> parts, Duration lease) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Void> resume(StoreName store) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public Entry entry(Submission submission) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<List<Acceptance>> accept(List<? extends Entry> group, QueueRoom room) {
            throw new UnsupportedOperationException();
        }
    }

    static final class NoRecords implements UploadRecords {
        @Override
        public Uni<Optional<BatchStatus>> batch(BatchKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Optional<Digest>> digest(BatchKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Optional<ClientState>> client(ClientKey client) {
            throw new UnsupportedOperationException();
        }
    }
}
