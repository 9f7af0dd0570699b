package dev.tidegate.connectivity;

import dev.tidegate.model.StoreName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Asks each store, at intervals of its own, whether it answers, and tells {@link StoreStates}. It has no clock work:
 * whoever owns it calls {@link #tick} often. A store is asked by one probe at a time; a suspect one four times as often, so that
 * doubt does not last. Intervals vary by a tenth, so that replicas do not knock together.
 */
public final class Prober {
    private static final int HURRY = 4;

    private final StorePing ping;
    private final StoreStates states;
    private final Duration interval;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<StoreName, Turn> turns = new TreeMap<>();

    private static final class Turn {
        private Instant last = Instant.MIN;
        private Instant due = Instant.MIN;
        private boolean underWay;
    }

    public Prober(StorePing ping, StoreStates states, Duration interval, InstantSource clock, RandomGenerator random) {
        this.ping = ping;
        this.states = states;
        this.interval = interval;
        this.clock = clock;
        this.random = random;
        states.stores().forEach(store -> turns.put(store, new Turn()));
    }

    /** Sends the probes that are due. Returns at once. */
    public void tick() {
        Instant now = clock.instant();
        turns.forEach((store, turn) -> {
            if (begins(store, turn, now)) {
                ping.ping(store).subscribe().with(_ -> end(store, turn, true), _ -> end(store, turn, false));
            }
        });
    }

    private boolean begins(StoreName store, Turn turn, Instant now) {
        synchronized (turn) {
            if (turn.underWay || now.isBefore(due(store, turn))) {
                return false;
            }
            turn.underWay = true;
            turn.last = now;
            return true;
        }
    }

    private Instant due(StoreName store, Turn turn) {
        if (states.of(store) != StoreState.SUSPECT || turn.last.equals(Instant.MIN)) {
            return turn.due;
        }
        Instant soon = turn.last.plus(interval.dividedBy(HURRY));
        return soon.isBefore(turn.due) ? soon : turn.due;
    }

    private void end(StoreName store, Turn turn, boolean answered) {
        if (answered) {
            states.succeeded(store);
        } else {
            states.failed(store);
        }
        synchronized (turn) {
            turn.underWay = false;
            turn.due = turn.last.plus(varied(interval));
        }
    }

    private Duration varied(Duration wait) {
        return Duration.ofNanos((long) (wait.toNanos() * (0.9 + 0.2 * random.nextDouble())));
    }
}
