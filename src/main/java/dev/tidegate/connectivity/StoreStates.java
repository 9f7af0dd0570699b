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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What is believed about each store: unprobed → up → suspect → down → up. Read from memory, by any thread, at any time. It
 * has two sources: the probes, and the circuit that opens when too many calls fail. They cannot contradict each other, since
 * the state is made of both: a store is down exactly while its circuit refuses every call, whether calls or probes have opened
 * it, and suspect while one call may try.
 *
 * <p>A store that calls have found unusable while its probes went well is slow rather than away: only a call can tell that it
 * recovered. One that probes have missed is back as soon as they find it.
 */
public final class StoreStates {
    private final Map<StoreName, AtomicReference<Belief>> beliefs;
    private final Thresholds thresholds;
    private final Duration betweenProbes;
    private final List<StoreStateListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<StoreName>> losses = new CopyOnWriteArrayList<>();

    /**
     * {@code lost}: by the probes' word; {@code circuit}: by the calls' word, {@code openFor} when that is open; {@code failures}
     * and {@code successes} of probes in a row, failures also while it is not sure that they are over.
     */
    private record Belief(
            boolean probed,
            boolean lost,
            boolean doubted,
            int failures,
            int successes,
            Circuit circuit,
            Duration openFor) {
        static final Belief UNPROBED = new Belief(false, false, false, 0, 0, Circuit.CLOSED, Duration.ZERO);
        static final Belief FINE = new Belief(true, false, false, 0, 0, Circuit.CLOSED, Duration.ZERO);

        Belief probed(int nowFailures, int nowSuccesses, boolean nowLost) {
            return new Belief(probed, nowLost, doubted, nowFailures, nowSuccesses, circuit, openFor);
        }

        Belief doubt() {
            return new Belief(probed, lost, true, failures, successes, circuit, openFor);
        }

        Belief with(Circuit now, Duration forAsLong) {
            return new Belief(probed, lost, doubted && now != Circuit.CLOSED, failures, 0, now, forAsLong);
        }
    }

    /** {@code betweenProbes} is what the estimate of {@link #retryAfter} is made of. */
    public StoreStates(Set<StoreName> stores, Thresholds thresholds, Duration betweenProbes) {
        Map<StoreName, AtomicReference<Belief>> unprobed = new TreeMap<>();
        stores.forEach(store -> unprobed.put(store, new AtomicReference<>(Belief.UNPROBED)));
        this.beliefs = Collections.unmodifiableMap(unprobed);
        this.thresholds = thresholds;
        this.betweenProbes = betweenProbes;
    }

    public Set<StoreName> stores() {
        return beliefs.keySet();
    }

    public StoreState of(StoreName store) {
        return state(belief(store).get());
    }

    /** What calls to the store meet at the moment; open exactly while the store is down. */
    public Circuit circuit(StoreName store) {
        Belief belief = belief(store).get();
        return belief.lost() ? Circuit.OPEN : belief.circuit();
    }

    /** All stores, by name. */
    public Map<StoreName, StoreState> all() {
        Map<StoreName, StoreState> all = new TreeMap<>();
        beliefs.forEach((store, belief) -> all.put(store, state(belief.get())));
        return Collections.unmodifiableMap(all);
    }

    /** When to ask again about a store that is down: as long as it takes to find it up, at least a second. */
    public Optional<Duration> retryAfter(StoreName store) {
        Belief belief = belief(store).get();
        if (state(belief).isUsable()) {
            return Optional.empty();
        }
        Duration estimate = belief.lost() ? betweenProbes.multipliedBy(thresholds.upAfter()) : belief.openFor();
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

    /** A call had trouble that looks like the store's. An up store becomes suspect, and is probed sooner. */
    public void doubt(StoreName store) {
        change(store, belief -> state(belief).isUsable() ? belief.doubt() : belief);
    }

    /** Too many calls have failed: none goes to the store for {@code forAsLong}. */
    public void opened(StoreName store, Duration forAsLong) {
        change(store, belief -> belief.with(Circuit.OPEN, forAsLong));
    }

    /** One call may try. */
    public void halfOpened(StoreName store) {
        change(store, belief -> belief.with(Circuit.HALF_OPEN, Duration.ZERO));
    }

    /** Calls go through. */
    public void closed(StoreName store) {
        change(store, belief -> belief.with(Circuit.CLOSED, Duration.ZERO));
    }

    /** Called after each change, by the thread that brought it; must return at once. */
    public void onChange(StoreStateListener listener) {
        listeners.add(listener);
    }

    /** Called as often as probes lose a store: what waits for an answer of it need not wait any longer. As {@link #onChange}. */
    public void onLoss(Consumer<StoreName> listener) {
        losses.add(listener);
    }

    private Belief afterSuccess(Belief belief) {
        if (!belief.lost() && belief.circuit() == Circuit.CLOSED) {
            return Belief.FINE;
        }
        boolean wasAway = belief.lost() || belief.failures() > 0;
        if (!wasAway) {
            return belief;
        }
        int successes = belief.successes() + 1;
        return successes >= thresholds.upAfter()
                ? Belief.FINE
                : belief.probed(belief.failures(), successes, belief.lost());
    }

    private Belief afterFailure(Belief belief) {
        int failures = Math.min(belief.failures() + 1, thresholds.downAfter());
        return belief.probed(failures, 0, belief.lost() || failures >= thresholds.downAfter());
    }

    private StoreState state(Belief belief) {
        if (belief.lost()) {
            return StoreState.DOWN;
        }
        return switch (belief.circuit()) {
            case OPEN -> StoreState.DOWN;
            case HALF_OPEN -> StoreState.SUSPECT;
            case CLOSED -> {
                if (belief.doubted() || belief.failures() >= thresholds.suspectAfter()) {
                    yield StoreState.SUSPECT;
                }
                yield belief.probed() ? StoreState.UP : StoreState.UNPROBED;
            }
        };
    }

    private void change(StoreName store, UnaryOperator<Belief> step) {
        Belief before = belief(store).getAndUpdate(step);
        Belief after = step.apply(before);
        if (after.lost() && !before.lost()) {
            losses.forEach(listener -> listener.accept(store));
        }
        StoreState from = state(before);
        StoreState to = state(after);
        if (to != from) {
            listeners.forEach(listener -> listener.changed(store, from, to));
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
