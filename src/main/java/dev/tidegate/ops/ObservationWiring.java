package dev.tidegate.ops;

import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.observation.Observer;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/** Lets everything that is observed be metered and logged, and shows the state, circuit and calls of each store as gauges. */
@Singleton
final class ObservationWiring {

    @Produces
    @Singleton
    Observer observer(MeterRegistry registry) {
        List<Observer> watching = List.of(new Meters(registry), new LogLines());
        return observation -> watching.forEach(observer -> observer.see(observation));
    }

    /** One gauge for each store and state (and circuit), 1 for the one it is in: so a dashboard can show it and an alert can name it. */
    void show(
            @Observes @Priority(StartOrder.PROBES) StartupEvent start,
            StoreStates states,
            StorePools pools,
            StoreGuards guards,
            MeterRegistry registry) {
        states.stores().forEach(store -> {
            Gauge.builder(
                            "tidegate.pool.connections",
                            pools,
                            all -> all.pool(store).size())
                    .tag("store", store.value())
                    .register(registry);
            Gauge.builder("tidegate.store.calls", guards, all -> all.callsUnderWay(store))
                    .tag("store", store.value())
                    .register(registry);
            for (Circuit circuit : Circuit.values()) {
                Gauge.builder("tidegate.store.circuit", states, all -> all.circuit(store) == circuit ? 1 : 0)
                        .tag("store", store.value())
                        .tag("circuit", Meters.word(circuit.name()))
                        .register(registry);
            }
            for (StoreState state : StoreState.values()) {
                Gauge.builder("tidegate.store.state", states, all -> all.of(store) == state ? 1 : 0)
                        .tag("store", store.value())
                        .tag("state", state.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        });
    }
}
