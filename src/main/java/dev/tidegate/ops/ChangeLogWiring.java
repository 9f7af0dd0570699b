package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.store.ChangeLogs;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StorePools;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
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

    @Produces
    @Singleton
    ChangeLogs changeLogs(Model model, Rulebook rulebook, StorePools pools, PreparedStores prepared) {
        return new ChangeLogs(model, WatchRules.watched(rulebook), pools::applyPool, prepared);
    }

    void start(
            @Observes @Priority(StartOrder.CHANGE_LOGS) StartupEvent start,
            ChangeLogs logs,
            StoreStates states,
            Observer observer,
            Clockwork clockwork) {
        clockwork.every(
                1,
                TICK_MILLIS,
                () -> states.stores().forEach(store -> {
                    if (states.of(store).isUsable() && resting.add(store)) {
                        look(logs, store, observer, clockwork);
                    }
                }));
    }

    private void look(ChangeLogs logs, StoreName store, Observer observer, Clockwork clockwork) {
        logs.keep(store)
                .ifNoItem()
                .after(LONGEST)
                .fail()
                .onTermination()
                .invoke(() -> clockwork.after(INTERVAL.toMillis(), () -> resting.remove(store)))
                .subscribe()
                .with(look -> tell(store, look, observer), _ -> {});
    }

    /** Once, not at every look. A store that cannot be asked is the prober's matter. */
    private void tell(StoreName store, ChangeLogs.Look look, Observer observer) {
        List<String> before = wanting.put(store, look.wanting());
        if (!look.repaired().isEmpty() || !look.wanting().equals(before)) {
            observer.see(new Observation.ChangeLogsLookedAt(store, look.repaired(), look.wanting()));
        }
    }
}
