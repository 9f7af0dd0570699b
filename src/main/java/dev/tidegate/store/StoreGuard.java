package dev.tidegate.store;

import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.CallRefused.Reason;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.Refusal;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * The guard of one store. The circuit is SmallRye's. The places are not: its bulkhead stands inside its circuit breaker, where
 * whatever is no failure is a success, so that a full one would count as an answer of the store; it knows no longest wait, and
 * a stream could not hold a place in it.
 */
final class StoreGuard {
    private final StoreName store;
    private final CircuitRules rules;
    private final StoreStates states;
    private final Observer observer;
    private final Places places;
    private final Semaphore streams;
    private volatile Breaker breaker;

    StoreGuard(StoreName store, CallLimits limits, CircuitRules rules, StoreStates states, Observer observer) {
        this.store = store;
        this.rules = rules;
        this.states = states;
        this.observer = observer;
        this.places = new Places(limits.calls(), limits.waiting(), limits.patience());
        this.streams = new Semaphore(limits.streams());
        this.breaker = new Breaker();
    }

    <T> Uni<T> call(Supplier<Uni<T>> call) {
        return inPlace(place -> breaker.run(() -> held(place, call))
                .onFailure(CircuitBreakerOpenException.class)
                .invoke(() -> place.leave())
                .onFailure()
                .transform(this::told));
    }

    boolean isClosed() {
        return breaker.circuit == Circuit.CLOSED;
    }

    <T> Uni<T> beside(Supplier<Uni<T>> call) {
        return Uni.createFrom().deferred(() -> {
            requireUsable();
            return breaker.run(call).onFailure().transform(this::told);
        });
    }

    /** In a place of a store that is usable, before a wait for one and after it. */
    private <T> Uni<T> inPlace(Function<Places.Place, Uni<T>> use) {
        return Uni.createFrom()
                .deferred(() -> {
                    requireUsable();
                    return places.with(place -> {
                        if (!states.of(store).isUsable()) {
                            place.leave();
                            throw refused(Reason.DOWN);
                        }
                        return use.apply(place);
                    });
                })
                .onFailure(Places.NoPlace.class)
                .transform(_ -> refused(Reason.FULL));
    }

    /** The place is left when the call ends by itself: what a client gave up goes on in the store. */
    private static <T> Uni<T> held(Places.Place place, Supplier<Uni<T>> call) {
        return place.begin()
                ? Uni.createFrom().deferred(call::get).onTermination().invoke(() -> place.leave())
                : Uni.createFrom().failure(new StreamPermit.LeftEarly());
    }

    private void requireUsable() {
        if (!states.of(store).isUsable()) {
            throw refused(Reason.DOWN);
        }
    }

    <T> Uni<T> attempt(Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> states.of(store).isUsable()
                        ? breaker.run(() -> Uni.createFrom().deferred(work::get))
                        : Uni.createFrom().<T>failure(refused(Reason.DOWN)))
                .onFailure(CircuitBreakerOpenException.class)
                .transform(this::told)
                .onFailure(StoreFailures::isUnreachable)
                .invoke(() -> states.doubt(store));
    }

    Uni<StreamPermit> enterStream() {
        return Uni.createFrom().deferred(() -> {
            requireUsable();
            if (!streams.tryAcquire()) {
                throw refused(Reason.FULL);
            }
            return inPlace(this::permit)
                    .onFailure()
                    .invoke(() -> streams.release())
                    .onCancellation()
                    .invoke(() -> streams.release());
        });
    }

    private Uni<StreamPermit> permit(Places.Place place) {
        if (!place.begin()) {
            return Uni.createFrom().nothing();
        }
        StreamPermit permit = new StreamPermit(() -> {
            place.leave();
            streams.release();
        });
        breaker.run(() -> Uni.createFrom().completionStage(permit.word()))
                .subscribe()
                .with(_ -> {}, permit::failed);
        if (permit.word().isCompletedExceptionally()) {
            place.leave();
            throw refused(Reason.BEING_TRIED);
        }
        return Uni.createFrom().item(permit);
    }

    int callsUnderWay() {
        return places.taken();
    }

    int callsWaiting() {
        return places.waiting();
    }

    /** A quiet store is not half-open for ever: after a while without a call, {@code probe} is the one that tries. */
    Uni<Void> tryIfNobodyDoes(Supplier<Uni<Void>> probe) {
        Breaker half = breaker;
        return half.isLeftAlone()
                ? half.run(probe).onFailure(CircuitBreakerOpenException.class).recoverWithNull()
                : Uni.createFrom().voidItem();
    }

    /** What failed before a store was found again is no word on how it is now. */
    void stateChanged(StoreState from, StoreState to) {
        synchronized (this) {
            if (to == StoreState.UP && (from == StoreState.DOWN || breaker.circuit != Circuit.CLOSED)) {
                breaker = new Breaker();
                states.closed(store);
            }
        }
    }

    private Throwable told(Throwable failure) {
        if (failure instanceof CircuitBreakerOpenException) {
            return refused(Reason.BEING_TRIED);
        }
        if (StoreFailures.isUnreachable(failure)) {
            states.doubt(store);
        }
        return StoreFailures.translated(store, failure);
    }

    private Refusal refused(Reason reason) {
        observer.see(new Observation.CallRefused(store, reason));
        return switch (reason) {
            case FULL -> StoreFailures.full(store);
            case DOWN, BEING_TRIED ->
                states.retryAfter(store)
                        .map(wait -> StoreFailures.down(store, wait))
                        .orElseGet(() -> StoreFailures.beingTried(store));
        };
    }

    /** A circuit from its closed beginning to its end; what it says after it was replaced is not heard. */
    private final class Breaker {
        private final TypedGuard<Uni<Object>> guard;
        private volatile Circuit circuit = Circuit.CLOSED;
        private volatile long halfOpenSince;

        Breaker() {
            guard = TypedGuard.create(new TypeLiteral<Uni<Object>>() {})
                    .withDescription("store-" + store)
                    .withThreadOffload(false)
                    .withCircuitBreaker()
                    .requestVolumeThreshold(rules.window())
                    .failureRatio(rules.failureRatio())
                    .delay(rules.openFor().toMillis(), ChronoUnit.MILLIS)
                    .successThreshold(1)
                    .when(this::counts)
                    .onStateChange(this::changed)
                    .done()
                    .build();
        }

        @SuppressWarnings("unchecked") // a guard passes on what it is given
        <T> Uni<T> run(Supplier<Uni<T>> work) {
            return (Uni<T>) guard.get((Supplier<Uni<Object>>) (Supplier<?>) work);
        }

        /** Who left early proves nothing, so that a trying call that is left proves no recovery. */
        private boolean counts(Throwable failure) {
            return failure instanceof StreamPermit.LeftEarly
                    ? circuit == Circuit.HALF_OPEN
                    : StoreFailures.isTheStores(failure);
        }

        boolean isLeftAlone() {
            return circuit == Circuit.HALF_OPEN
                    && System.nanoTime() - halfOpenSince > rules.openFor().toNanos();
        }

        private void changed(CircuitBreakerState now) {
            synchronized (StoreGuard.this) {
                if (breaker != this) {
                    return;
                }
                switch (now) {
                    case OPEN -> {
                        circuit = Circuit.OPEN;
                        states.opened(store, rules.openFor());
                    }
                    case HALF_OPEN -> {
                        halfOpenSince = System.nanoTime();
                        circuit = Circuit.HALF_OPEN;
                        states.halfOpened(store);
                    }
                    case CLOSED -> {
                        circuit = Circuit.CLOSED;
                        states.closed(store);
                    }
                }
            }
            observer.see(new Observation.CircuitChanged(store, circuit.name()));
        }
    }
}
