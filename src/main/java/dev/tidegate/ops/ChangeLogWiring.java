package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Edition;
import dev.tidegate.edition.Editions;
import dev.tidegate.edition.Groundwork;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.store.ChangeLogs;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wires what keeps the change logs, and lets it look after each store that can be reached: at start, and every ten seconds, since
 * tables can be exchanged under their triggers (store-protocol 10).
 */
@Singleton
final class ChangeLogWiring {
    private static final long TICK_MILLIS = 1_000;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Stores that are being looked after now, or have been within the interval. */
    private final Set<StoreName> resting = ConcurrentHashMap.newKeySet();

    private final Map<StoreName, List<String>> wanting = new ConcurrentHashMap<>();
    private final Observer observer;

    /** Since when the edition is there whose tables are looked after. */
    private volatile Instant since = Instant.MIN;

    ChangeLogWiring(Observer observer) {
        this.observer = observer;
    }

    Groundwork groundwork(ChangeLogs logs) {
        return store -> logs.keep(store).invoke(look -> tell(store, look)).replaceWithVoid();
    }

    void start(
            @Observes @Priority(StartOrder.CHANGE_LOGS) StartupEvent start,
            Editions editions,
            StoreStates states,
            Clockwork clockwork) {
        clockwork.every(1, TICK_MILLIS, () -> {
            Edition edition = editions.current();
            if (!edition.since().equals(since)) {
                // What an edition has prepared before it was served, a look for the one before may have undone.
                since = edition.since();
                resting.clear();
            }
            edition.stores().forEach(store -> {
                if (states.of(store).isUsable() && resting.add(store)) {
                    look(edition.groundwork(), store, clockwork);
                }
            });
        });
    }

    private void look(Groundwork groundwork, StoreName store, Clockwork clockwork) {
        groundwork
                .lay(store)
                .ifNoItem()
                .after(LONGEST)
                .fail()
                .onTermination()
                .invoke(() -> clockwork.after(INTERVAL.toMillis(), () -> resting.remove(store)))
                .subscribe()
                .with(_ -> {}, _ -> {});
    }

    /** Once, not at every look. A store that cannot be asked is the prober's matter. */
    private void tell(StoreName store, ChangeLogs.Look look) {
        List<String> before = wanting.put(store, look.wanting());
        if (!look.repaired().isEmpty() || !look.wanting().equals(before)) {
            observer.see(new Observation.ChangeLogsLookedAt(store, look.repaired(), look.wanting()));
        }
    }
}
