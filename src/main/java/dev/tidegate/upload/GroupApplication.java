package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Route;
import dev.tidegate.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Applies leased parts in groups, and settles them in the queue. A group that fails for a reason that passes is postponed
 * whole; one that fails for a reason of its own is halved until the part that brings it about is alone (store-protocol 5), and
 * only that one has its attempts counted. Judges by one model, also what is tried again.
 */
final class GroupApplication {
    private final UploadQueue queue;
    private final ChangeWriter writer;
    private final BatchRules rules;
    private final Model model;
    private final BatchTracker tracker;
    private final Observer observer;
    private final Clock clock;
    private final Consumer<Set<ObjectKey>> came;
    private final Backoff backoff;
    private final ApplyWorker.Pace pace;
    private final GroupSize size;

    GroupApplication(Applying by, ApplyWorker.Tools tools, ApplyWorker.Pace pace, GroupSize size) {
        this.queue = tools.queue();
        this.writer = by.writer();
        this.rules = by.rules();
        this.model = by.model();
        this.tracker = tools.tracker();
        this.observer = tools.observer();
        this.clock = tools.clock();
        this.came = tools.came();
        this.backoff = pace.backoff(tools.jitter());
        this.pace = pace;
        this.size = size;
    }

    /** A part with what its operations would come to. */
    private record Decided(Part part, List<Step> steps) {
        List<Integer> refused() {
            return steps.stream()
                    .filter(step -> step.todo() instanceof Step.Keep(var outcome) && outcome.isError())
                    .map(Step::index)
                    .toList();
        }
    }

    /** An attempt: since when, and as what it is followed. */
    private record Run(Instant begun, Followed followed) {}

    /** A part that was not applied because its lane stands elsewhere in the store. */
    private record Stray(Decided one, long stands) {}

    private PartWork work(Decided one) {
        return work(one, Optional.empty());
    }

    private PartWork work(Decided one, Optional<Long> stray) {
        Part part = one.part();
        return new PartWork(
                part.store(),
                part.lane().in(part.store()),
                part.position(),
                part.key().batch(),
                new Claim.Turn(part.previous(), pace.isPatient(), stray),
                part.submitter().caller(),
                part.batch().atomic(),
                one.steps(),
                rules.creates(part.batch(), one.refused()),
                isLastAttempt(part));
    }

    /** Completes when all parts have ended in one way or another; fails when the lease of some has to run out. */
    Uni<Void> apply(List<Part> group) {
        Instant begun = clock.instant();
        return Uni.createFrom().deferred(() -> {
            Followed followed = Followed.attempt(
                    observer,
                    group.getFirst().store(),
                    group.stream().map(Part::submitter).toList(),
                    group.stream().mapToInt(part -> part.operations().size()).sum(),
                    false);
            Run run = new Run(begun, followed);
            return followed.whole(Uni.createFrom()
                    .deferred(() -> attempt(group, run))
                    .onFailure(failure -> !(failure instanceof QueueFault))
                    .recoverWithUni(failure -> afterFailure(group, failure, run)));
        });
    }

    private Uni<List<PartResult>> write(List<PartWork> work, Run run) {
        return run.followed().changing(work.getFirst().store(), writer.apply(work));
    }

    private Uni<Void> attempt(List<Part> group, Run run) {
        List<Decided> decided = group.stream().map(this::decided).toList();
        List<PartWork> work = decided.stream().map(this::work).toList();
        int operations = work.stream().mapToInt(part -> part.steps().size()).sum();
        return write(work, run)
                .invoke(() -> size.took(operations, since(run)))
                .onFailure()
                .invoke(() -> size.failed(operations, since(run)))
                .flatMap(results -> conclude(decided, results, run));
    }

    private Duration since(Run run) {
        return Duration.between(run.begun(), clock.instant());
    }

    private boolean isLastAttempt(Part part) {
        return part.attempts() + 1 >= pace.attempts();
    }

    private Decided decided(Part part) {
        Map<Integer, OperationOutcome> before = part.decided().stream()
                .collect(Collectors.toMap(OperationOutcome::index, Function.identity(), (first, _) -> first));
        return new Decided(
                part,
                rules.steps(part.submitter(), part.batch(), part.operations(), Route.QUEUE).stream()
                        .map(step -> before.containsKey(step.index()) ? step.known(before.get(step.index())) : step)
                        .toList());
    }

    private Uni<Void> conclude(List<Decided> group, List<PartResult> results, Run run) {
        List<Stray> astray = new ArrayList<>();
        return conclude(group, results, astray, run).flatMap(_ -> putRight(astray, run));
    }

    private Uni<Void> conclude(List<Decided> group, List<PartResult> results, List<Stray> astray, Run run) {
        List<Settled> ended = new ArrayList<>();
        Set<ObjectKey> created = new HashSet<>();
        for (int i = 0; i < group.size(); i++) {
            Part part = group.get(i).part();
            switch (results.get(i)) {
                case PartResult.Applied applied -> {
                    List<Step> steps = group.get(i).steps();
                    created.addAll(created(steps, applied.outcomes()));
                    ended.add(new Settled(
                            part,
                            new Settlement(applied.outcomes(), isGivenUp(steps, applied.outcomes()), pace.patience())));
                }
                case PartResult.Astray(var stands) -> astray.add(new Stray(group.get(i), stands));
            }
        }
        came.accept(created);
        return settle(ended, run);
    }

    private Uni<Void> putRight(List<Stray> astray, Run run) {
        return astray.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(astray.stream().map(one -> putRight(one, run)).toList())
                        .usingConcurrencyOf(1)
                        .andCollectFailures()
                        .replaceWithVoid();
    }

    /**
     * A part is leased when all before it are settled, and settled when the store has committed it: so a lane that stands
     * elsewhere means that one of the databases has lost something. What the store has lost and the queue still has is applied
     * again, in order; when there is nothing of that kind, the store's lane is put where the queue has it and the part applied.
     */
    private Uni<Void> putRight(Stray stray, Run run) {
        Part part = stray.one().part();
        return queue.takeBack(part.store(), part.lane(), stray.stands(), pace.patience())
                .onFailure()
                .transform(QueueFault::new)
                .invoke(again -> observer.see(new Observation.HistoryLost(
                        part.store(), lostBy(part, stray.stands()), again == 0 ? 1 : again)))
                .flatMap(again ->
                        again == 0 ? applyStray(stray, run) : Uni.createFrom().voidItem());
    }

    private static Observation.LostBy lostBy(Part part, long stands) {
        return stands < part.previous() ? Observation.LostBy.STORE : Observation.LostBy.QUEUE;
    }

    /** By itself, and so that nothing that goes wrong with it concerns the others of its group. */
    private Uni<Void> applyStray(Stray stray, Run run) {
        Part part = stray.one().part();
        return Uni.createFrom()
                .deferred(() -> attemptStray(stray, stray.one(), run))
                .onFailure(failure -> !(failure instanceof QueueFault))
                .recoverWithUni(failure -> {
                    boolean passes = failure instanceof StoreNotReady;
                    return passes || !isLastAttempt(part)
                            ? postpone(List.of(part), reason(failure), !passes)
                            : attemptStray(stray, givenUp(stray.one()), run);
                });
    }

    private Uni<Void> attemptStray(Stray stray, Decided as, Run run) {
        List<Stray> still = new ArrayList<>();
        return write(List.of(work(as, Optional.of(stray.stands()))), run)
                .flatMap(results -> conclude(List.of(stray.one()), results, still, run))
                .flatMap(_ ->
                        postpone(still.stream().map(one -> one.one().part()).toList(), "lane-moved", false));
    }

    private Set<ObjectKey> created(List<Step> steps, List<OperationOutcome> outcomes) {
        Set<Integer> applied = outcomes.stream()
                .filter(outcome -> outcome.outcome() == Observation.Outcome.APPLIED)
                .map(OperationOutcome::index)
                .collect(Collectors.toSet());
        return steps.stream()
                .filter(step -> applied.contains(step.index()))
                .flatMap(step -> step.change().stream())
                .filter(Change.Create.class::isInstance)
                .map(create -> ObjectKey.of(model, create))
                .collect(Collectors.toSet());
    }

    /** What cannot be settled together may be so one by one: nothing about one part holds up the others. */
    private Uni<Void> settle(List<Settled> ended, Run run) {
        if (ended.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Uni<Void> together = run.followed().settling(queue.settle(ended)).invoke(() -> settled(ended, run));
        return ended.size() == 1
                ? together.onFailure().transform(QueueFault::new)
                : together.onFailure()
                        .recoverWithUni(() -> Uni.join()
                                .all(ended.stream()
                                        .map(one -> settle(List.of(one), run))
                                        .toList())
                                .andCollectFailures()
                                .onFailure()
                                .transform(QueueFault::new)
                                .replaceWithVoid());
    }

    /** Whether nothing that the store was to do could be done, in so many attempts. */
    private static boolean isGivenUp(List<Step> steps, List<OperationOutcome> outcomes) {
        Set<Integer> writes = steps.stream()
                .filter(step -> step.todo() instanceof Step.Write)
                .map(Step::index)
                .collect(Collectors.toSet());
        return !writes.isEmpty()
                && outcomes.stream()
                        .filter(outcome -> writes.contains(outcome.index()))
                        .allMatch(outcome -> outcome.problem()
                                .filter(problem -> problem.code() == ProblemCode.BATCH_FAILED)
                                .isPresent());
    }

    private void settled(List<Settled> ended, Run run) {
        Duration took = since(run);
        observer.see(new Observation.GroupApplied(ended.getFirst().part().store(), ended.size(), took));
        ended.forEach(one -> settled(one.part(), one.settlement().outcomes(), took, run.followed()));
    }

    private void settled(Part part, List<OperationOutcome> outcomes, Duration took, Followed followed) {
        tracker.settled(part.key());
        observer.see(new Observation.PartApplied(
                part.store(), outcomes.size(), took, Duration.between(part.acceptedAt(), clock.instant())));
        followed.see(new Observation.OperationsSettled(
                part.submitter().sends(part.batch()),
                part.store(),
                outcomes.stream()
                        .map(outcome -> outcome.seen(part.batch(), model))
                        .toList()));
    }

    private Uni<Void> afterFailure(List<Part> group, Throwable failure, Run run) {
        run.followed().span().failed(failure);
        if (failure instanceof StoreNotReady) {
            return postpone(group, reason(failure), false);
        }
        if (group.size() > 1) {
            int middle = group.size() / 2;
            return Uni.join()
                    .all(apply(group.subList(0, middle)), apply(group.subList(middle, group.size())))
                    .usingConcurrencyOf(1)
                    .andCollectFailures()
                    .replaceWithVoid();
        }
        return isLastAttempt(group.getFirst())
                ? giveUp(decided(group.getFirst()), run)
                : postpone(group, reason(failure), true);
    }

    /** Rejected batches claim too (store-protocol 1), so that the lane goes on behind them. */
    private Uni<Void> giveUp(Decided one, Run run) {
        return write(List.of(work(givenUp(one))), run).flatMap(results -> conclude(List.of(one), results, run));
    }

    private static Decided givenUp(Decided one) {
        return new Decided(
                one.part(),
                one.steps().stream()
                        .map(step -> step.todo() instanceof Step.Keep
                                ? step
                                : step.keep(OperationOutcome.givenUp(step.index())))
                        .toList());
    }

    /** What passes is repeated whole; what a part brings about itself has a number of attempts. */
    private Uni<Void> postpone(List<Part> parts, String reason, boolean ownFault) {
        return parts.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(parts.stream()
                                .map(part -> postpone(part, reason, ownFault))
                                .toList())
                        .andCollectFailures()
                        .replaceWithVoid();
    }

    private Uni<Void> postpone(Part part, String reason, boolean ownFault) {
        observer.see(new Observation.ApplyDelayed(part.store(), reason));
        return queue.postpone(part, backoff.after(ownFault ? part.attempts() : part.delays()), ownFault);
    }

    static String reason(Throwable failure) {
        return failure instanceof StoreNotReady known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName();
    }

    /** The store has done its part but the queue cannot be told: the lease runs out, and the next attempt finds it done. */
    private static final class QueueFault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        QueueFault(Throwable cause) {
            super("the queue does not answer", cause);
        }
    }
}
