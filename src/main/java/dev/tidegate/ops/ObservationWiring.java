package dev.tidegate.ops;

import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.Work;
import dev.tidegate.ops.tracing.Traces;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.store.CallLimits;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Lets everything that is observed be metered and logged, and shows the state, circuit and calls of each store as gauges. */
@Singleton
final class ObservationWiring {

    @Produces
    @Singleton
    Observer observer(MeterRegistry registry, Clock clock, Tracing tracing) {
        List<Observer> watching = List.of(new Meters(registry), new LogLines(), new AuditLines(clock, Trails::current));
        return tracing.traces()
                .<Observer>map(traces -> new Following(watching, traces))
                .orElse(observation -> watching.forEach(observer -> observer.see(observation)));
    }

    /** Those who watch, one of whom follows work. */
    private record Following(List<Observer> watching, Traces traces) implements Observer {
        @Override
        public void see(Observation observation) {
            watching.forEach(observer -> observer.see(observation));
            traces.see(observation);
        }

        @Override
        public Span follow(Work work) {
            return traces.follow(work);
        }

        @Override
        public boolean follows() {
            return true;
        }
    }

    @Produces
    @Singleton
    Tracing tracing(
            TidegateConfig config,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        TidegateConfig.Traces wanted = config.traces();
        try {
            Tracing.Sampling sampling = new Tracing.Sampling(wanted.ratio(), version);
            return wanted.endpoint()
                    .map(endpoint -> Tracing.on(
                            new Tracing.Collector(URI.create(endpoint), wanted.headers()), sampling, Trails::current))
                    .orElseGet(Tracing::off);
        } catch (IllegalArgumentException senseless) {
            throw new StartRefused("tidegate.traces.*: " + senseless.getMessage());
        }
    }

    void close(@Disposes Tracing tracing) {
        tracing.close();
    }

    /** Vert.x calls the only pool that Quarkus makes, the one of the gateway's own database, by a name of its own. */
    @Produces
    @Singleton
    MeterFilter poolNames() {
        return MeterFilter.replaceTagValues(
                "pool.name", name -> name.equals("__vertx.DEFAULT") ? "gateway-database" : name);
    }

    /** With JSON for the console Quarkus would wrap these lines in it, which are JSON themselves. */
    void leaveAsTheyAre(@Observes @Priority(StartOrder.PROBES) StartupEvent start) {
        for (Handler handler : Logger.getLogger("tidegate.audit").getHandlers()) {
            handler.setFormatter(new PatternFormatter("%s%n"));
        }
    }

    /** One gauge for each store and state (and circuit), 1 for the one it is in: so a dashboard can show it and an alert can name it. */
    void show(
            @Observes @Priority(StartOrder.PROBES) StartupEvent start,
            StoreStates states,
            StorePools pools,
            StoreGuards guards,
            Hosting hosting,
            MeterRegistry registry) {
        Map<StoreName, CallLimits> limits = hosting.limits(states.stores());
        states.stores().forEach(store -> {
            Meters.begin(registry, store);
            gauge(
                    registry,
                    "tidegate.pool.connections",
                    store,
                    "use",
                    "live",
                    () -> pools.pool(store).size());
            gauge(
                    registry,
                    "tidegate.pool.connections",
                    store,
                    "use",
                    "apply",
                    () -> pools.applyPool(store).size());
            gauge(registry, "tidegate.store.calls", store, "state", "running", () -> guards.callsUnderWay(store));
            gauge(registry, "tidegate.store.calls", store, "state", "waiting", () -> guards.callsWaiting(store));
            CallLimits limit = Objects.requireNonNull(limits.get(store), "of each store");
            gauge(registry, "tidegate.store.calls.limit", store, "state", "running", limit::calls);
            gauge(registry, "tidegate.store.calls.limit", store, "state", "waiting", limit::waiting);
            for (Circuit circuit : Circuit.values()) {
                gauge(
                        registry,
                        "tidegate.store.circuit",
                        store,
                        "circuit",
                        Meters.word(circuit.name()),
                        () -> states.circuit(store) == circuit ? 1 : 0);
            }
            for (StoreState state : StoreState.values()) {
                gauge(
                        registry,
                        "tidegate.store.state",
                        store,
                        "state",
                        Meters.word(state.name()),
                        () -> states.of(store) == state ? 1 : 0);
            }
        });
    }

    private static void gauge(
            MeterRegistry registry, String name, StoreName store, String tag, String value, Supplier<Number> now) {
        Gauge.builder(name, now).tag("store", store.value()).tag(tag, value).register(registry);
    }
}
