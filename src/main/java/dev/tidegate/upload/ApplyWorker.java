package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Applies queued batches in one store: leases lanes that have something to do there, has the first part of each applied, in
 * groups, and looks again. While as many groups as may be are under way, what comes is left in the queue and so makes the next
 * ones larger; a store that hangs holds up no other. Any number of these may run, in any number of processes: a part is applied once because its store says so (store-protocol 1), not because of
 * anything here.
 */
public final class ApplyWorker {
    private final StoreName store;
    private final UUID id = UUID.randomUUID();
    private final UploadQueue queue;
    private final Predicate<StoreName> usable;
    private final Observer observer;
    private final Supplier<Applying> current;
    private final Tools tools;
    private final Pace pace;
    private final GroupSize size;
    private final Clock clock;

    private final Object turn = new Object();
    private final Map<PartPlace, Part> inFlight = new HashMap<>();
    private final Deque<List<Part>> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean looking;
    private boolean lookAgain;
    private boolean unchecked = true;
    private Instant checkFrom = Instant.MIN;
    private boolean checking;
    private boolean stopped;

    /**
     * How eagerly it works: groups at a time and how large they are, how long a lease lasts, the first and the longest pause
     * after a failure, and how many attempts a part has that fails for a reason of its own. And how long operations wait for
     * objects that are not there, at the least; none at all when that is zero.
     */
    public record Pace(
            int groups,
            GroupBounds bounds,
            Duration lease,
            Duration firstPause,
            Duration longestPause,
            int attempts,
            Duration patience) {
        public static Pace of(int groups, GroupBounds bounds, Duration patience) {
            return new Pace(
                    groups, bounds, Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(5), 5, patience);
        }

        boolean isPatient() {
            return patience.isPositive();
        }

        Backoff backoff(RandomGenerator jitter) {
            return new Backoff(firstPause, longestPause, jitter);
        }
    }

    /** What an apply worker works with, whatever the model. {@code came} is told which objects have come into being. */
    public record Tools(
            UploadQueue queue,
            LateRecall late,
            Predicate<StoreName> usable,
            BatchTracker tracker,
            Consumer<Set<ObjectKey>> came,
            Observer observer,
            Clock clock,
            RandomGenerator jitter) {}

    /** With the position: the next part of a lane may be leased before the end of the one before it is heard. */
    private record PartPlace(LaneId lane, long position) {}

    /** {@code current}: asked at the beginning of each group, which is applied by that to its end. */
    public ApplyWorker(StoreName store, Supplier<Applying> current, Tools tools, Pace pace) {
        this.store = store;
        this.current = current;
        this.tools = tools;
        this.queue = tools.queue();
        this.usable = tools.usable();
        this.observer = tools.observer();
        this.pace = pace;
        this.size = new GroupSize(pace.bounds().operations());
        this.clock = tools.clock();
    }

    /** Looks for work, now or as soon as the look that is under way is over. Returns at once. */
    public void wake() {
        synchronized (turn) {
            if (stopped) {
                return;
            }
            if (looking) {
                lookAgain = true;
                return;
            }
            if (underWay >= pace.groups() || !waiting.isEmpty()) {
                return;
            }
            looking = true;
            lookAgain = false;
        }
        look();
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

    /** The store can be used again: its lanes need not wait any longer, if they are still where they were. */
    public void resume() {
        synchronized (turn) {
            unchecked = true;
            checkFrom = Instant.MIN;
        }
        queue.resume(store).subscribe().with(_ -> wake(), _ -> wake());
    }

    /** Takes no more work and gives back its leases; completes when what was under way has ended or after {@code most}. */
    public Uni<Void> stop(Duration most) {
        synchronized (turn) {
            stopped = true;
            waiting.forEach(this::forget);
            waiting.clear();
        }
        return WorkerEnd.of(this::isIdle, most, () -> queue.release(id));
    }

    private boolean isIdle() {
        synchronized (turn) {
            return underWay == 0 && !looking && !checking;
        }
    }

    /** Beside the work, until it has come to its end once: at the start, and each time that the store could not be used. */
    private void checkLanes() {
        synchronized (turn) {
            if (!unchecked
                    || checking
                    || stopped
                    || !usable.test(store)
                    || clock.instant().isBefore(checkFrom)) {
                return;
            }
            unchecked = false;
            checking = true;
        }
        LaneCheck check = new LaneCheck(store, current.get().writer(), tools, pace.patience());
        check.check().subscribe().with(again -> checked(true, again), failure -> {
            observer.see(new Observation.ApplyDelayed(store, GroupApplication.reason(failure)));
            checked(false, 0);
        });
    }

    private void checked(boolean whole, int again) {
        synchronized (turn) {
            checking = false;
            unchecked |= !whole;
            checkFrom = whole ? Instant.MIN : clock.instant().plus(pace.longestPause());
        }
        if (again > 0) {
            wake();
        }
    }

    private void look() {
        checkLanes();
        Uni<List<Part>> leased = usable.test(store)
                ? queue.lease(id, Set.of(store), pace.bounds().parts(), pace.lease())
                : Uni.createFrom().item(List.of());
        leased.onFailure().recoverWithItem(List.of()).subscribe().with(this::looked);
    }

    private void looked(List<Part> parts) {
        boolean again;
        synchronized (turn) {
            looking = false;
            waiting.addAll(pace.bounds()
                    .within(size)
                    .cut(parts.stream()
                            .filter(part ->
                                    inFlight.putIfAbsent(new PartPlace(part.lane(), part.position()), part) == null)
                            .toList()));
            again = lookAgain || parts.size() == pace.bounds().parts();
        }
        parts.stream()
                .filter(Part::takenOver)
                .forEach(part -> observer.see(new Observation.LeaseExpired(part.store())));
        startWaiting();
        if (again) {
            wake();
        }
    }

    /** Begins groups that wait, as many as may be under way. */
    private void startWaiting() {
        for (List<Part> next = next(); !next.isEmpty(); next = next()) {
            List<Part> group = next;
            GroupApplication application = new GroupApplication(current.get(), tools, pace, size);
            application.apply(group).subscribe().with(_ -> finished(group), failure -> {
                observer.see(new Observation.ApplyDelayed(store, GroupApplication.reason(failure)));
                finished(group);
            });
        }
    }

    private List<Part> next() {
        synchronized (turn) {
            if (stopped || underWay >= pace.groups() || waiting.isEmpty()) {
                return List.of();
            }
            underWay++;
            return waiting.remove();
        }
    }

    private void finished(List<Part> group) {
        synchronized (turn) {
            underWay--;
            forget(group);
        }
        startWaiting();
        wake();
    }

    private void forget(List<Part> group) {
        group.forEach(part -> inFlight.remove(new PartPlace(part.lane(), part.position())));
    }
}
