package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Applies in one store what comes after its turn: leases late units, has them tried in one group, and looks again. One group
 * at a time, so that those who wait take little from those whose turn it is. Any number of these may run, in any number of
 * processes (store-protocol 1).
 */
final class LateWorker {
    /** Units of a group: as many statements for one as for all, and short enough to hold nobody up. */
    private static final int MOST = 500;

    /** Longer than a group takes; who dies in it is waited for that long. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final StoreName store;
    private final UUID id = UUID.randomUUID();
    private final LateWorkers.Tools tools;
    private final Supplier<LateApplication> application;
    private final Consumer<Set<ObjectKey>> decided;

    private final Object turn = new Object();
    private boolean busy;
    private boolean again;
    private boolean stopped;

    LateWorker(
            StoreName store,
            Supplier<Applying> current,
            LateWorkers.Tools tools,
            ApplyWorker.Pace pace,
            Awaited awaited,
            Consumer<Set<ObjectKey>> decided) {
        this.store = store;
        this.tools = tools;
        this.application = () -> new LateApplication(current.get(), tools, pace, awaited);
        this.decided = decided;
    }

    /** Looks for work, now or as soon as the group that is under way is over. Returns at once. */
    void wake() {
        synchronized (turn) {
            if (stopped || busy) {
                again = true;
                return;
            }
            busy = true;
            again = false;
        }
        group().subscribe().with(this::finished, failure -> {
            observe(failure);
            finished(false);
        });
    }

    /** Takes no more work and gives back its leases; what was under way ends by itself. */
    Uni<Void> stop(Duration most) {
        synchronized (turn) {
            stopped = true;
        }
        return WorkerEnd.of(this::isIdle, most, () -> tools.queue().release(id));
    }

    private boolean isIdle() {
        synchronized (turn) {
            return !busy;
        }
    }

    /** Whether there may be more to do at once. */
    private Uni<Boolean> group() {
        return tools.usable().test(store)
                ? tools.queue().lease(id, store, MOST, LEASE).flatMap(this::apply)
                : Uni.createFrom().item(false);
    }

    private Uni<Boolean> apply(List<LatePart> parts) {
        return parts.isEmpty()
                ? Uni.createFrom().item(false)
                : Multi.createFrom()
                        .iterable(groups(parts))
                        .onItem()
                        .transformToUniAndConcatenate(
                                group -> application.get().apply(group).invoke(decided))
                        .collect()
                        .last()
                        .map(_ -> isFull(parts));
    }

    /** What writes files goes alone, as in its turn; all in the order in which they came. */
    private static List<List<LatePart>> groups(List<LatePart> parts) {
        List<List<LatePart>> groups = new ArrayList<>();
        boolean open = false;
        for (LatePart part : parts) {
            boolean alone = part.writesFiles();
            if (!open || alone) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(part);
            open = !alone;
        }
        return groups;
    }

    private static boolean isFull(List<LatePart> parts) {
        return parts.stream().mapToInt(part -> part.units().size()).sum() >= MOST;
    }

    private void finished(boolean more) {
        boolean look;
        synchronized (turn) {
            busy = false;
            look = more || again;
        }
        if (look) {
            wake();
        }
    }

    private void observe(Throwable failure) {
        tools.observer().see(new Observation.ApplyDelayed(store, GroupApplication.reason(failure)));
    }
}
