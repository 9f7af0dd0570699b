package dev.tidegate.upload;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Route;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Applies queued batches in one store: leases lanes that have something to do there, applies the first part of each, settles
 * it, and looks again, with a bounded number at a time, so that a store that hangs holds up no other. Any number of these may
 * run, in any number of processes: a part is applied once because its store says so (store-protocol 1), not because of
 * anything here.
 */
public final class ApplyWorker {
    private final StoreName store;
    private final UUID id = UUID.randomUUID();
    private final UploadQueue queue;
    private final ChangeWriter writer;
    private final BatchRules rules;
    private final Model model;
    private final Predicate<StoreName> usable;
    private final BatchTracker tracker;
    private final Observer observer;
    private final Clock clock;
    private final RandomGenerator jitter;
    private final Pace pace;

    private final Object turn = new Object();
    private final Map<PartPlace, Part> inFlight = new HashMap<>();
    private boolean looking;
    private boolean lookAgain;
    private boolean stopped;

    /**
     * How eagerly it works: parts at a time, how long a lease lasts, the first and the longest pause after a failure, and how
     * many attempts a part has that fails for a reason of its own.
     */
    public record Pace(int parts, Duration lease, Duration firstPause, Duration longestPause, int attempts) {
        public static Pace standard() {
            return new Pace(8, Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(5), 5);
        }
    }

    /** What an apply worker works with, apart from the rules. */
    public record Tools(
            UploadQueue queue,
            ChangeWriter writer,
            Predicate<StoreName> usable,
            BatchTracker tracker,
            Observer observer,
            Clock clock,
            RandomGenerator jitter) {}

    /** With the position: the next part of a lane may be leased before the end of the one before it is heard. */
    private record PartPlace(LaneId lane, long position) {}

    public ApplyWorker(StoreName store, Rulebook rulebook, ChangeRules rules, Tools tools, Pace pace) {
        this.store = store;
        this.queue = tools.queue();
        this.writer = tools.writer();
        this.rules = new BatchRules(rulebook, rules);
        this.model = rulebook.model();
        this.usable = tools.usable();
        this.tracker = tools.tracker();
        this.observer = tools.observer();
        this.clock = tools.clock();
        this.jitter = tools.jitter();
        this.pace = pace;
    }

    /** Looks for work, now or as soon as the look that is under way is over. Returns at once. */
    public void wake() {
        int room;
        synchronized (turn) {
            if (stopped) {
                return;
            }
            if (looking) {
                lookAgain = true;
                return;
            }
            room = pace.parts() - inFlight.size();
            if (room <= 0) {
                return;
            }
            looking = true;
            lookAgain = false;
        }
        look(room);
    }

    /** Prolongs the leases of what is under way; to be called several times within a lease. */
    public void renew() {
        List<Part> held;
        synchronized (turn) {
            held = List.copyOf(inFlight.values());
        }
        if (!held.isEmpty()) {
            queue.renew(id, held, pace.lease()).subscribe().with(_ -> {}, _ -> {});
        }
    }

    /** The store can be used again: its lanes need not wait any longer. */
    public void resume() {
        queue.resume(store).subscribe().with(_ -> wake(), _ -> wake());
    }

    /** Takes no more work and gives back its leases; completes when what was under way has ended or after {@code most}. */
    public Uni<Void> stop(Duration most) {
        synchronized (turn) {
            stopped = true;
        }
        return Uni.createFrom()
                .item(this::isIdle)
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(20))
                .repeat()
                .until(idle -> idle)
                .collect()
                .last()
                .replaceWithVoid()
                .ifNoItem()
                .after(most)
                .fail()
                .onFailure()
                .recoverWithNull()
                .flatMap(_ -> queue.release(id))
                .onFailure()
                .recoverWithNull();
    }

    private boolean isIdle() {
        synchronized (turn) {
            return inFlight.isEmpty() && !looking;
        }
    }

    private void look(int room) {
        Uni<List<Part>> leased = usable.test(store)
                ? queue.lease(id, Set.of(store), room, pace.lease())
                : Uni.createFrom().item(List.of());
        leased.onFailure().recoverWithItem(List.of()).subscribe().with(parts -> looked(room, parts));
    }

    private void looked(int room, List<Part> parts) {
        boolean again;
        List<Part> mine;
        synchronized (turn) {
            looking = false;
            mine = parts.stream()
                    .filter(part -> inFlight.putIfAbsent(new PartPlace(part.lane(), part.position()), part) == null)
                    .toList();
            again = lookAgain || parts.size() == room;
        }
        parts.stream()
                .filter(Part::takenOver)
                .forEach(part -> observer.see(new Observation.LeaseExpired(part.store())));
        mine.forEach(this::start);
        if (again) {
            wake();
        }
    }

    private void start(Part part) {
        Uni.createFrom()
                .deferred(() -> work(part))
                .onFailure()
                .invoke(failure -> delayed(part, failure))
                .subscribe()
                .with(_ -> finished(part), _ -> finished(part));
    }

    private void finished(Part part) {
        synchronized (turn) {
            inFlight.remove(new PartPlace(part.lane(), part.position()));
        }
        wake();
    }

    private Uni<Void> work(Part part) {
        Instant begun = clock.instant();
        List<Step> steps = steps(part);
        PartWork work = work(part, steps);
        return writer.apply(isLastAttempt(part) ? work.atLast() : work)
                .flatMap(result -> conclude(part, result, steps, begun))
                .onFailure(failure -> !(failure instanceof QueueFault))
                .recoverWithUni(failure -> afterFailure(part, steps, failure, begun));
    }

    private boolean isLastAttempt(Part part) {
        return part.attempts() + 1 >= pace.attempts();
    }

    private List<Step> steps(Part part) {
        Map<Integer, OperationOutcome> decided = part.decided().stream()
                .collect(Collectors.toMap(OperationOutcome::index, Function.identity(), (first, _) -> first));
        return rules.steps(part.submitter(), part.batch(), part.operations(), Route.QUEUE).stream()
                .map(step -> decided.containsKey(step.index()) ? step.keep(decided.get(step.index())) : step)
                .toList();
    }

    private static PartWork work(Part part, List<Step> steps) {
        return new PartWork(
                part.store(),
                part.lane().in(part.store()),
                part.position(),
                part.previous(),
                part.submitter().caller(),
                part.batch().atomic(),
                steps);
    }

    private Uni<Void> conclude(Part part, PartResult result, List<Step> steps, Instant begun) {
        return switch (result) {
            case PartResult.Applied applied ->
                queue.settle(part, new Settlement(applied.outcomes(), isGivenUp(steps, applied.outcomes())))
                        .onFailure()
                        .transform(QueueFault::new)
                        .invoke(() -> settled(part, applied.outcomes(), begun));
            case PartResult.NotItsTurn(var position) -> {
                observer.see(new Observation.ApplyDelayed(part.store(), "not-its-turn"));
                yield queue.postpone(part, pause(part.delays()), false);
            }
        };
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

    private void settled(Part part, List<OperationOutcome> outcomes, Instant begun) {
        tracker.settled(part.key());
        Instant now = clock.instant();
        observer.see(new Observation.PartApplied(
                part.store(), outcomes.size(), Duration.between(begun, now), Duration.between(part.acceptedAt(), now)));
        for (OperationOutcome outcome : outcomes) {
            observer.see(new Observation.OperationSettled(
                    model.entityNamed(part.operation(outcome.index()).entity()),
                    outcome.outcome(),
                    outcome.problem().map(problem -> problem.code())));
        }
    }

    /** Store-protocol 5: what passes is repeated whole; what the part brings about itself has a number of attempts. */
    private Uni<Void> afterFailure(Part part, List<Step> steps, Throwable failure, Instant begun) {
        boolean ownFault = !(failure instanceof StoreNotReady);
        if (ownFault && isLastAttempt(part)) {
            return writer.apply(work(part, givenUp(steps))).flatMap(result -> conclude(part, result, steps, begun));
        }
        observer.see(new Observation.ApplyDelayed(part.store(), reason(failure)));
        return queue.postpone(part, pause(ownFault ? part.attempts() : part.delays()), ownFault);
    }

    /** Rejected batches claim too (store-protocol 1), so that the lane goes on behind them. */
    private static List<Step> givenUp(List<Step> steps) {
        return steps.stream()
                .map(step ->
                        step.todo() instanceof Step.Keep ? step : step.keep(OperationOutcome.givenUp(step.index())))
                .toList();
    }

    private void delayed(Part part, Throwable failure) {
        observer.see(new Observation.ApplyDelayed(part.store(), reason(failure)));
    }

    private static String reason(Throwable failure) {
        return failure instanceof StoreNotReady known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName();
    }

    /** Doubling, bounded, and spread over half of its length. */
    private Duration pause(int failures) {
        long most = Math.min(pace.longestPause().toMillis(), pace.firstPause().toMillis() << Math.min(failures, 16));
        return Duration.ofMillis(most / 2 + jitter.nextLong(most / 2 + 1));
    }

    /** The store has done its part but the queue cannot be told: the lease runs out, and the next attempt finds it done. */
    private static final class QueueFault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        QueueFault(Throwable cause) {
            super("the queue does not answer", cause);
        }
    }
}
