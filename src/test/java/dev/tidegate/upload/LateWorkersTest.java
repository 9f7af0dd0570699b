package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LateWorkersTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final EntityName ORDER = EntityName.parse("Shop.Order");
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Shop:
                        entities:
                          Order: { store: field, attributes: { Title: { type: string } } }
                        associations:
                          Order_Parent: { from: Shop.Order, to: Shop.Order, column: parent_id }
                        access:
                          - { entity: Shop.Order, roles: [Engineer], create: true, delete: true, read: all, write: all }
                    profiles:
                      Mobile: { kind: native-mobile, sync: { Shop.Order: all } }
                    """).model().orElseThrow();

    private final Queue queue = new Queue();
    private final Writer writer = new Writer();
    private final List<Observation> seen = new ArrayList<>();
    private final UUID parent = UUID.randomUUID();
    private final LateWorkers workers = workers();
    private long parts;

    private LateWorkers workers() {
        Rulebook rulebook = Rulebook.of(MODEL);
        Applying applying = new Applying(rulebook, new ChangeRules(rulebook), writer);
        return new LateWorkers(
                Set.of(FIELD),
                () -> applying,
                new LateWorkers.Tools(
                        queue,
                        _ -> true,
                        new BatchTracker(new ApplyWorkerTest.NoRecords(), Clock.systemUTC()),
                        seen::add,
                        new Random(1)),
                _ -> ApplyWorker.Pace.of(1, new GroupBounds(1, 1, 1), Duration.ofMinutes(1)));
    }

    private ChangeText child() {
        return new ChangeText(
                ChangeText.Kind.CREATE,
                "Shop.Order",
                Optional.of(UUID.randomUUID().toString()),
                Optional.empty(),
                Map.of(),
                Map.of("Shop.Order_Parent", parent.toString()),
                "/operations/0");
    }

    /** A part of its own, whose operations all are late. */
    private LatePart part(int attempts, ChangeText... operations) {
        parts++;
        ClientId client = new ClientId(UUID.randomUUID());
        BatchId batch = new BatchId(UUID.randomUUID());
        LaneId lane = new LaneId(new UUID(7, parts));
        return new LatePart(
                FIELD,
                lane,
                1,
                new BatchKey("ada", batch),
                new Submitter(new Caller("ada", Set.of(new RoleName("Engineer"))), new ProfileName("Mobile")),
                new BatchText(
                        batch, client, Optional.empty(), Optional.empty(), BatchScope.FULL, false, List.of(operations)),
                List.of(),
                IntStream.range(0, operations.length)
                        .mapToObj(index -> new LateUnit(
                                new LatePlace(FIELD, lane, 1, index, 1),
                                List.of(index),
                                Map.of(),
                                true,
                                false,
                                attempts))
                        .toList());
    }

    private static List<LatePlace> places(LatePart... parts) {
        return List.of(parts).stream()
                .flatMap(part -> part.units().stream().map(LateUnit::place))
                .toList();
    }

    @Test
    void what_is_decided_is_settled_and_what_waits_is_paused_which_is_no_attempt() {
        LatePart decided = part(0, child());
        LatePart waiting = part(0, child());
        writer.waiting.add(waiting.lane().in(FIELD));
        queue.ready.add(List.of(decided, waiting));

        workers.wake();

        assertThat(queue.settled)
                .containsExactly(new LateSettled(places(decided).getFirst(), List.of(OperationOutcome.applied(0))));
        assertThat(queue.paused).isEqualTo(places(waiting));
        assertThat(queue.postponed).isEmpty();
        assertThat(seen)
                .containsExactly(new Observation.OperationsSettled(
                        decided.submitter().sends(decided.batch()),
                        FIELD,
                        List.of(new Observation.SettledOperation(
                                0,
                                Observation.WriteKind.CREATE,
                                Optional.of(ORDER),
                                decided.batch().operations().getFirst().id(),
                                Observation.Outcome.APPLIED,
                                Optional.empty()))));
    }

    @Test
    void an_operation_is_tried_with_its_revision_its_patience_and_its_corrected_body() {
        LatePart part = part(0, child());
        LateUnit unit = new LateUnit(
                places(part).getFirst(),
                List.of(0),
                Map.of(
                        0,
                        new ChangeText(
                                ChangeText.Kind.CREATE,
                                "Shop.Order",
                                part.batch().operations().getFirst().id(),
                                Optional.empty(),
                                Map.of("Title", "corrected"),
                                Map.of(),
                                "/operations/0")),
                false,
                true,
                0);
        queue.ready.add(List.of(part.with(List.of(unit))));

        workers.wake();

        PartWork work = writer.groups.getFirst().getFirst();
        assertThat(work.claim()).isEqualTo(new Claim.Late(Map.of(0, new Claim.Attempt(1, false, true))));
        assertThat(work.steps().getFirst().change().map(Object::toString).orElse(""))
                .contains("corrected");
        assertThat(work.lane()).isEqualTo(part.lane().in(FIELD));
    }

    @Test
    void what_else_of_the_batch_was_to_be_created_and_is_rejected_is_not_waited_for() {
        LatePart part = part(0, child(), child());
        List<ObjectKey> objects = part.batch().operations().stream()
                .map(text ->
                        ObjectKey.of(MODEL, ORDER, UUID.fromString(text.id().orElseThrow())))
                .toList();
        LatePart second = new LatePart(
                part.store(),
                part.lane(),
                part.position(),
                part.key(),
                part.submitter(),
                part.batch(),
                List.of(0, 1),
                part.units().subList(1, 2));
        queue.ready.add(List.of(second));

        workers.wake();

        assertThat(writer.groups.getFirst().getFirst().hopeless()).containsExactly(objects.getFirst());
    }

    @Test
    void an_object_that_comes_calls_those_that_wait_for_it() {
        LatePart waiting = part(0, child());
        writer.waiting.add(waiting.lane().in(FIELD));
        queue.ready.add(List.of(waiting));
        workers.wake();

        workers.came(Set.of(ObjectKey.of(MODEL, ORDER, UUID.randomUUID())));
        assertThat(queue.resumed).isEmpty();
        workers.came(Set.of(ObjectKey.of(MODEL, ORDER, parent)));
        assertThat(queue.resumed).isEqualTo(places(waiting));
        assertThat(queue.leases).isEqualTo(2);
    }

    @Test
    void one_that_comes_while_they_are_tried_is_not_missed() {
        LatePart waiting = part(0, child());
        writer.waiting.add(waiting.lane().in(FIELD));
        writer.meanwhile = () -> workers.came(Set.of(ObjectKey.of(MODEL, ORDER, parent)));
        queue.ready.add(List.of(waiting));

        workers.wake();

        assertThat(queue.paused).isEqualTo(places(waiting));
        assertThat(queue.resumed.getLast()).isEqualTo(places(waiting).getFirst());
        assertThat(queue.order).endsWith("pause", "resume");
    }

    @Test
    void when_the_store_is_not_ready_nothing_is_counted() {
        LatePart one = part(0, child());
        LatePart two = part(0, child());
        writer.failure = Optional.of(new StoreNotReady("timeout", new IllegalStateException()));
        queue.ready.add(List.of(one, two));

        workers.wake();

        assertThat(queue.postponed).containsExactly(new Postponed(places(one, two), false));
    }

    @Test
    void a_part_that_brings_about_a_failure_is_found_and_only_that_one_is_counted() {
        LatePart one = part(0, child());
        LatePart culprit = part(0, child());
        LatePart three = part(0, child());
        writer.culprit = Optional.of(culprit.lane().in(FIELD));
        queue.ready.add(List.of(one, culprit, three));

        workers.wake();

        assertThat(queue.postponed).containsExactly(new Postponed(places(culprit), true));
        assertThat(queue.settled).extracting(LateSettled::place).isEqualTo(places(one, three));
    }

    @Test
    void at_its_last_attempt_it_is_given_up() {
        LatePart culprit = part(4, child());
        writer.culprit = Optional.of(culprit.lane().in(FIELD));
        queue.ready.add(List.of(culprit));

        workers.wake();

        assertThat(queue.settled)
                .containsExactly(new LateSettled(places(culprit).getFirst(), List.of(OperationOutcome.givenUp(0))));
    }

    private record Postponed(List<LatePlace> units, boolean ownFault) {}

    private static final class Writer implements ChangeWriter {
        private final List<List<PartWork>> groups = new ArrayList<>();
        private final Set<LaneId> waiting = new HashSet<>();
        private Optional<LaneId> culprit = Optional.empty();
        private Optional<RuntimeException> failure = Optional.empty();
        private Runnable meanwhile = () -> {};

        @Override
        public Uni<List<PartResult>> apply(List<PartWork> group) {
            groups.add(group);
            meanwhile.run();
            if (failure.isPresent()) {
                return Uni.createFrom().failure(failure.get());
            }
            if (group.stream().anyMatch(this::fails)) {
                return Uni.createFrom().failure(new IllegalStateException("no such table"));
            }
            return Uni.createFrom()
                    .item(group.stream()
                            .<PartResult>map(work -> new PartResult.Applied(
                                    work.steps().stream()
                                            .map(step -> outcome(work, step))
                                            .toList(),
                                    false))
                            .toList());
        }

        @Override
        public Uni<List<LatePlace>> unknown(StoreName store, List<LatePlace> units) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Map<LaneId, Long>> stands(StoreName store, List<LaneId> lanes) {
            throw new UnsupportedOperationException();
        }

        private boolean fails(PartWork work) {
            return culprit.filter(work.lane()::equals).isPresent()
                    && work.steps().stream().anyMatch(step -> step.todo() instanceof Step.Write);
        }

        private OperationOutcome outcome(PartWork work, Step step) {
            if (waiting.contains(work.lane())) {
                return OperationOutcome.parked(step.index(), Problem.of(ProblemCode.PARKED, "waits"));
            }
            return step.todo() instanceof Step.Keep(var kept) ? kept : OperationOutcome.applied(step.index());
        }

        @Override
        public Uni<Void> prepare(StoreName store) {
            return Uni.createFrom().voidItem();
        }
    }

    private static final class Queue implements LateQueue {
        private final Deque<List<LatePart>> ready = new ArrayDeque<>();
        private final List<LateSettled> settled = new ArrayList<>();
        private final List<LatePlace> paused = new ArrayList<>();
        private final List<LatePlace> resumed = new ArrayList<>();
        private final List<Postponed> postponed = new ArrayList<>();
        private final List<String> order = new ArrayList<>();
        private int leases;

        private Uni<Void> done(String what) {
            order.add(what);
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<List<LatePart>> lease(UUID worker, StoreName store, int most, Duration lease) {
            leases++;
            return Uni.createFrom().item(ready.isEmpty() ? List.of() : ready.remove());
        }

        @Override
        public Uni<Void> settle(Collection<LateSettled> ended) {
            settled.addAll(ended);
            return done("settle");
        }

        @Override
        public Uni<Void> pause(Collection<LatePlace> waiting) {
            paused.addAll(waiting);
            return done("pause");
        }

        @Override
        public Uni<Void> postpone(Collection<LatePlace> units, Duration pause, boolean ownFault) {
            postponed.add(new Postponed(List.copyOf(units), ownFault));
            return done("postpone");
        }

        @Override
        public Uni<Void> resume(Collection<LatePlace> units) {
            resumed.addAll(units);
            return done("resume");
        }

        @Override
        public Uni<Void> release(UUID worker) {
            return done("release");
        }
    }
}
