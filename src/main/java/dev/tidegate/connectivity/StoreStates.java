package dev.tidegate.connectivity;

import dev.tidegate.model.StoreName;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * What is believed about each store, from the probes' outcomes alone: unprobed → up → suspect → down → up. Read from memory,
 * by any thread, at any time. A request that failed may raise a {@link #doubt}; only probes bring a store down, so that a
 * burst of failing requests is not a burst of evidence.
 */
public final class StoreStates {
    private final Map<StoreName, AtomicReference<Belief>> beliefs;
    private final Thresholds thresholds;
    private final Duration betweenProbes;
    private final List<StoreStateListener> listeners = new CopyOnWriteArrayList<>();

    private record Belief(StoreState state, int failures, int successes) {}

    /** {@code betweenProbes} is what the estimate of {@link #retryAfter} is made of. */
    public StoreStates(Set<StoreName> stores, Thresholds thresholds, Duration betweenProbes) {
        Map<StoreName, AtomicReference<Belief>> unprobed = new TreeMap<>();
        stores.forEach(store -> unprobed.put(store, new AtomicReference<>(new Belief(StoreState.UNPROBED, 0, 0))));
        this.beliefs = Collections.unmodifiableMap(unprobed);
        this.thresholds = thresholds;
        this.betweenProbes = betweenProbes;
    }

    public Set<StoreName> stores() {
        return beliefs.keySet();
    }

    public StoreState of(StoreName store) {
        return belief(store).get().state();
    }

    /** All stores, by name. */
    public Map<StoreName, StoreState> all() {
        Map<StoreName, StoreState> all = new TreeMap<>();
        beliefs.forEach((store, belief) -> all.put(store, belief.get().state()));
        return Collections.unmodifiableMap(all);
    }

    /** When to ask again about a store that is down: as long as it takes to find it up, at least a second. */
    public Optional<Duration> retryAfter(StoreName store) {
        if (of(store).isUsable()) {
            return Optional.empty();
        }
        Duration estimate = betweenProbes.multipliedBy(thresholds.upAfter());
        return Optional.of(
                Duration.ofSeconds(Math.max(1, estimate.plusMillis(999).toSeconds())));
    }

    /** A probe was answered. */
    public void succeeded(StoreName store) {
        change(store, this::afterSuccess);
    }

    /** A probe was not answered. */
    public void failed(StoreName store) {
        change(store, this::afterFailure);
    }

    /** A request had trouble that looks like the store's. An up store becomes suspect; it is the probes' turn then. */
    public void doubt(StoreName store) {
        change(
                store,
                belief -> belief.state() == StoreState.UP || belief.state() == StoreState.UNPROBED
                        ? new Belief(StoreState.SUSPECT, belief.failures(), 0)
                        : belief);
    }

    /** Called after each change, by the thread that brought it; must return at once. */
    public void onChange(StoreStateListener listener) {
        listeners.add(listener);
    }

    private Belief afterSuccess(Belief belief) {
        int successes = belief.successes() + 1;
        return switch (belief.state()) {
            case UNPROBED, UP, SUSPECT -> new Belief(StoreState.UP, 0, 0);
            case DOWN ->
                successes >= thresholds.upAfter()
                        ? new Belief(StoreState.UP, 0, 0)
                        : new Belief(StoreState.DOWN, 0, successes);
        };
    }

    private Belief afterFailure(Belief belief) {
        int failures = Math.min(belief.failures() + 1, thresholds.downAfter());
        return switch (belief.state()) {
            case UNPROBED, UP, SUSPECT -> new Belief(afterFailures(failures, belief.state()), failures, 0);
            case DOWN -> new Belief(StoreState.DOWN, failures, 0);
        };
    }

    private StoreState afterFailures(int failures, StoreState before) {
        if (failures >= thresholds.downAfter()) {
            return StoreState.DOWN;
        }
        return failures >= thresholds.suspectAfter() ? StoreState.SUSPECT : before;
    }

    private void change(StoreName store, UnaryOperator<Belief> step) {
        Belief before = belief(store).getAndUpdate(step);
        StoreState now = step.apply(before).state();
        if (now != before.state()) {
            listeners.forEach(listener -> listener.changed(store, before.state(), now));
        }
    }

    private AtomicReference<Belief> belief(StoreName store) {
        AtomicReference<Belief> belief = beliefs.get(store);
        if (belief == null) {
            throw new IllegalArgumentException("no store " + store);
        }
        return belief;
    }
}
