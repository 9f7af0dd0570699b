package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import dev.tidegate.store.LogLeftovers;
import dev.tidegate.store.QueueLeftovers;
import dev.tidegate.store.StoreLeftovers;
import dev.tidegate.store.StorePools;
import dev.tidegate.upload.Retention;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Wires what forgets settled batches and old changes, and lets it look every hour. */
@Singleton
final class RetentionWiring {
    /** What clients are promised: outcomes, and that a repeated batch is known. */
    private static final Duration PROMISED = Duration.ofDays(90);

    private static final Duration LONGEST_PATIENCE = Duration.ofDays(30);

    private static final Duration SHORTEST_LOG = Duration.ofDays(1);

    private static final int STEP = 500;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final long FIRST_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long INTERVAL_MILLIS = Duration.ofHours(1).toMillis();

    @Produces
    @Singleton
    Retention retention(
            Pool gatewayDatabase, ConfiguredStores stores, StorePools pools, Observer observer, TidegateConfig config) {
        Duration deadline = config.database().timeout();
        Duration age = config.queue().retention();
        Map<String, Retention.Place> places = new HashMap<>();
        for (StoreName store : stores.all().keySet()) {
            places.put(
                    store.value(),
                    new Retention.Place(new StoreLeftovers(() -> pools.applyPool(store), STEP, deadline), age));
            places.put(
                    "changes of " + store.value(),
                    new Retention.Place(
                            new LogLeftovers(() -> pools.applyPool(store), deadline),
                            config.changes().retention()));
        }
        places.put("queue", new Retention.Place(new QueueLeftovers(gatewayDatabase, STEP, deadline), age));
        return new Retention(places, PAUSE, observer);
    }

    void check(@Observes @Priority(StartOrder.CHECKS) StartupEvent start, TidegateConfig config) {
        requireLongEnough(config.queue().retention());
        requireShortEnough(config.parking().patience());
        requireReach(config.changes().retention());
    }

    /** What is parked must not be forgotten while it waits. */
    static void requireShortEnough(Duration patience) {
        if (patience.isNegative() || patience.compareTo(LONGEST_PATIENCE) > 0) {
            throw new StartRefused("tidegate.parking.patience is " + patience + ": it may be "
                    + LONGEST_PATIENCE.toDays() + " days at most, and PT0S for none at all.");
        }
    }

    /** Clients are away for days, and what they base changes on must be found in the log. */
    static void requireReach(Duration retention) {
        if (retention.compareTo(SHORTEST_LOG) < 0) {
            throw new StartRefused("tidegate.changes.retention is " + retention + ": it is a day at least (1d).");
        }
    }

    static void requireLongEnough(Duration retention) {
        if (retention.compareTo(PROMISED) < 0) {
            throw new StartRefused("tidegate.queue.retention is " + retention.toDays()
                    + " days: clients are promised that their batches and outcomes are known for " + PROMISED.toDays()
                    + " days. Set it to 90d or more.");
        }
    }

    void start(@Observes GatewayDatabaseReady ready, Retention retention, Clockwork clockwork) {
        clockwork.after(FIRST_MILLIS + ThreadLocalRandom.current().nextLong(FIRST_MILLIS), () -> sweep(retention));
        clockwork.every(INTERVAL_MILLIS, () -> sweep(retention));
    }

    private static void sweep(Retention retention) {
        retention.sweep().subscribe().with(_ -> {}, _ -> {});
    }
}
