package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Route;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tries leased late units in groups, judged as at first: by the rules, with what their submitter was then. Those that can be
 * decided are settled anew in the queue; those that have to go on waiting are paused, which is no attempt. What fails is
 * treated as a group of parts is.
 */
final class LateApplication {
    private final LateQueue queue;
    private final ChangeWriter writer;
    private final BatchRules rules;
    private final Model model;
    private final BatchTracker tracker;
    private final Observer observer;
    private final Awaited awaited;
    private final Backoff backoff;
    private final int attempts;

    LateApplication(Applying by, LateWorkers.Tools tools, ApplyWorker.Pace pace, Awaited awaited) {
        this.queue = tools.queue();
        this.writer = by.writer();
        this.rules = by.rules();
        this.model = by.model();
        this.tracker = tools.tracker();
        this.observer = tools.observer();
        this.awaited = awaited;
        this.backoff = pace.backoff(tools.jitter());
        this.attempts = pace.attempts();
    }

    /** A part with what its late operations would come to. */
    private record Decided(LatePart part, List<Step> steps) {
        List<LatePlace> places() {
            return LateApplication.places(part);
        }
    }

    /** What has come of a group: what ended, what goes on waiting, and the objects of what was decided. */
    private record Outcome(List<LateSettled> ended, List<LatePlace> waiting, Set<ObjectKey> changed) {}

    /** Gives the objects about which something was decided; to those that wait for them that is news. */
    Uni<Set<ObjectKey>> apply(List<LatePart> group) {
        List<Decided> decided = group.stream().map(this::decided).toList();
        return Uni.createFrom().deferred(() -> {
            Followed followed = Followed.attempt(
                    observer,
                    group.getFirst().store(),
                    group.stream().map(LatePart::submitter).toList(),
                    group.stream().mapToInt(part -> part.operations().size()).sum(),
                    true);
            return followed.whole(Uni.createFrom()
                    .deferred(() -> attempt(decided, followed))
                    .onFailure()
                    .recoverWithUni(failure -> afterFailure(group, failure, followed)));
        });
    }

    private Uni<List<PartResult>> write(List<PartWork> work, Followed followed) {
        return followed.changing(work.getFirst().store(), writer.apply(work));
    }

    private Decided decided(LatePart part) {
        return new Decided(part, rules.steps(part.submitter(), part.corrected(), part.operations(), Route.QUEUE));
    }

    private Uni<Set<ObjectKey>> attempt(List<Decided> group, Followed followed) {
        group.forEach(this::expect);
        return write(group.stream().map(this::work).toList(), followed)
                .flatMap(results -> conclude(group, results, followed));
    }

    private PartWork work(Decided one) {
        LatePart part = one.part();
        Map<Integer, Claim.Attempt> tries = new HashMap<>();
        for (LateUnit unit : part.units()) {
            unit.operations().forEach(index -> tries.put(index, unit.attempt()));
        }
        List<Integer> refused = one.steps().stream()
                .filter(step -> step.todo() instanceof Step.Keep(var outcome) && outcome.isError())
                .map(Step::index)
                .collect(Collectors.toCollection(ArrayList::new));
        // What is retried is still kept as rejected, but not without hope.
        Set<Integer> tried = tries.keySet();
        part.rejected().stream().filter(index -> !tried.contains(index)).forEach(refused::add);
        return new PartWork(
                part.store(),
                part.lane().in(part.store()),
                part.position(),
                part.key().batch(),
                new Claim.Late(tries),
                part.submitter().caller(),
                part.batch().atomic(),
                one.steps(),
                rules.creates(part.batch(), refused),
                isLastAttempt(part));
    }

    private boolean isLastAttempt(LatePart part) {
        return part.units().stream().anyMatch(unit -> unit.attempts() + 1 >= attempts);
    }

    /** What a unit may wait for: its own objects, which others may have to make or to leave first, and those that it refers to. */
    private void expect(Decided one) {
        Map<Integer, Change> changes = new HashMap<>();
        one.steps().forEach(step -> step.change().ifPresent(change -> changes.put(step.index(), change)));
        for (LateUnit unit : one.part().units()) {
            Set<ObjectKey> objects = new HashSet<>();
            for (int index : unit.operations()) {
                Change change = changes.get(index);
                if (change != null) {
                    objects.add(ObjectKey.of(model, change));
                    ObjectKey.referredTo(model, change).forEach(objects::add);
                }
            }
            awaited.expect(unit.place(), objects);
        }
    }

    private Uni<Set<ObjectKey>> conclude(List<Decided> group, List<PartResult> results, Followed followed) {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
        Map<LatePlace, LatePart> parts = new HashMap<>();
        for (int i = 0; i < group.size(); i++) {
            Decided one = group.get(i);
            one.places().forEach(place -> parts.put(place, one.part()));
            switch (results.get(i)) {
                case PartResult.Applied applied -> sort(one, applied.outcomes(), outcome);
                case PartResult.Astray _ -> outcome.waiting().addAll(one.places());
            }
        }
        return settle(outcome.ended(), parts, followed)
                .flatMap(_ -> pause(outcome.waiting()))
                .replaceWith(outcome.changed());
    }

    private void sort(Decided one, List<OperationOutcome> outcomes, Outcome outcome) {
        Map<Integer, OperationOutcome> known =
                outcomes.stream().collect(Collectors.toMap(OperationOutcome::index, each -> each));
        for (LateUnit unit : one.part().units()) {
            List<OperationOutcome> own = unit.operations().stream()
                    .flatMap(index -> Optional.ofNullable(known.get(index)).stream())
                    .toList();
            if (own.size() < unit.operations().size() || own.stream().anyMatch(OperationOutcome::isParked)) {
                outcome.waiting().add(unit.place());
            } else {
                outcome.ended().add(new LateSettled(unit.place(), own));
                one.steps().stream()
                        .filter(step -> unit.operations().contains(step.index()))
                        .flatMap(step -> step.change().stream())
                        .forEach(change -> outcome.changed().add(ObjectKey.of(model, change)));
            }
        }
    }

    private Uni<Void> settle(List<LateSettled> ended, Map<LatePlace, LatePart> parts, Followed followed) {
        return ended.isEmpty()
                ? Uni.createFrom().voidItem()
                : followed.settling(queue.settle(ended))
                        .invoke(() -> ended.forEach(
                                one -> settled(one, Objects.requireNonNull(parts.get(one.place())), followed)));
    }

    private void settled(LateSettled one, LatePart part, Followed followed) {
        awaited.forget(one.place());
        tracker.settled(part.key());
        followed.see(new Observation.OperationsSettled(
                part.submitter().sends(part.batch()),
                part.store(),
                one.outcomes().stream()
                        .map(outcome -> outcome.seen(part.batch(), model))
                        .toList()));
    }

    /** What was called while it was being tried is tried again at once. */
    private Uni<Void> pause(List<LatePlace> waiting) {
        return waiting.isEmpty()
                ? Uni.createFrom().voidItem()
                : queue.pause(waiting).flatMap(_ -> resume(awaited.called(waiting)));
    }

    private Uni<Void> resume(Collection<LatePlace> called) {
        return called.isEmpty() ? Uni.createFrom().voidItem() : queue.resume(called);
    }

    private Uni<Set<ObjectKey>> afterFailure(List<LatePart> group, Throwable failure, Followed followed) {
        followed.span().failed(failure);
        if (failure instanceof StoreNotReady) {
            return postpone(group, failure, false);
        }
        if (group.size() > 1) {
            int middle = group.size() / 2;
            return apply(group.subList(0, middle))
                    .flatMap(first -> apply(group.subList(middle, group.size())).map(second -> both(first, second)));
        }
        return isLastAttempt(group.getFirst())
                ? giveUp(decided(group.getFirst()), followed)
                : postpone(group, failure, true);
    }

    private static Set<ObjectKey> both(Set<ObjectKey> first, Set<ObjectKey> second) {
        Set<ObjectKey> all = new HashSet<>(first);
        all.addAll(second);
        return all;
    }

    private Uni<Set<ObjectKey>> giveUp(Decided one, Followed followed) {
        List<Step> steps = one.steps().stream()
                .map(step -> step.keep(OperationOutcome.givenUp(step.index())))
                .toList();
        Decided givenUp = new Decided(one.part(), steps);
        return write(List.of(work(givenUp)), followed)
                .flatMap(results -> conclude(List.of(givenUp), results, followed));
    }

    private Uni<Set<ObjectKey>> postpone(List<LatePart> group, Throwable failure, boolean ownFault) {
        LatePart first = group.getFirst();
        observer.see(new Observation.ApplyDelayed(first.store(), GroupApplication.reason(failure)));
        int before = first.units().stream().mapToInt(LateUnit::attempts).max().orElse(0);
        return queue.postpone(
                        group.stream().flatMap(part -> places(part).stream()).toList(), backoff.after(before), ownFault)
                .replaceWith(Set.of());
    }

    private static List<LatePlace> places(LatePart part) {
        return part.units().stream().map(LateUnit::place).toList();
    }
}
