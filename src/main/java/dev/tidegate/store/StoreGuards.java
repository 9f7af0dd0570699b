package dev.tidegate.store;

import dev.tidegate.connectivity.StorePing;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Stands before every call to a data store. A store that is down is not asked; a store has a bounded number of calls under way,
 * so that a slow one ties up nothing but itself; too many failures open its circuit. What the guards find out is told to
 * {@link StoreStates}, whose belief they obey.
 */
public final class StoreGuards implements StorePing {
    private final Map<StoreName, StoreGuard> guards;
    private final StorePing ping;

    /** {@code limits} names every store that is ever guarded. */
    public StoreGuards(
            Map<StoreName, CallLimits> limits,
            CircuitRules rules,
            StoreStates states,
            StorePing ping,
            Observer observer) {
        Map<StoreName, StoreGuard> all = new TreeMap<>();
        limits.forEach((store, limit) -> all.put(store, new StoreGuard(store, limit, rules, states, observer)));
        this.guards = Collections.unmodifiableMap(all);
        this.ping = ping;
        states.onChange((store, from, to) -> of(store).stateChanged(from, to));
    }

    /**
     * The outcome of {@code call}, when it is admitted, perhaps after a short wait; else a
     * {@link dev.tidegate.problem.Refusal} of {@code store-unavailable} with a time to come again. A failure that is the store's comes as the refusal that it means; any other
     * comes as it is. The call holds its place until it ended by itself, also when nobody waits for it any more.
     */
    public <T> Uni<T> guard(StoreName store, Supplier<Uni<T>> call) {
        return of(store).call(call);
    }

    /** Whether nothing has been wrong with the store for a while. */
    public boolean isClosed(StoreName store) {
        return of(store).isClosed();
    }

    /** The outcome of a call that needs no place, because it shares a connection; else like {@link #guard}. */
    public <T> Uni<T> beside(StoreName store, Supplier<Uni<T>> call) {
        return of(store).beside(call);
    }

    /** A place for a call that goes on for long, to be closed by who gets it; refused as a call is. */
    public Uni<StreamPermit> enterStream(StoreName store) {
        return of(store).enterStream();
    }

    /**
     * The outcome of {@code work} of the gateway's own, which bounds itself: only the circuit stands before it. Failures come as
     * they are.
     */
    public <T> Uni<T> attempt(StoreName store, Supplier<Uni<T>> work) {
        return of(store).attempt(work);
    }

    /** How many calls have a place at the moment. */
    public int callsUnderWay(StoreName store) {
        return of(store).callsUnderWay();
    }

    /** How many calls wait for a place at the moment. */
    public int callsWaiting(StoreName store) {
        return of(store).callsWaiting();
    }

    /** A probe; it is also the trying call of a circuit that nobody else has tried. */
    @Override
    public Uni<Void> ping(StoreName store) {
        return ping.ping(store).call(() -> of(store).tryIfNobodyDoes(() -> ping.ping(store)));
    }

    private StoreGuard of(StoreName store) {
        StoreGuard guard = guards.get(store);
        if (guard == null) {
            throw new IllegalArgumentException("no store " + store + " is guarded");
        }
        return guard;
    }
}
