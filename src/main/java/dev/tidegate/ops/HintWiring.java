package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.download.ChangeHints;
import dev.tidegate.download.WatchPace;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.HintRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.store.PgChangeWatch;
import dev.tidegate.store.PgSettledWatch;
import dev.tidegate.store.StorePools;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Wires what tells listening clients that a pull would bring something. */
@Singleton
final class HintWiring {
    private static final WatchPace PACE =
            new WatchPace(Duration.ofMillis(2), Duration.ofMillis(8), Duration.ofMillis(250));

    @Produces
    @Singleton
    ChangeHints hints(
            Model model,
            Rulebook rulebook,
            StorePools pools,
            Pool gatewayDatabase,
            StoreStates states,
            Observer observer,
            Clockwork clockwork,
            TidegateConfig config) {
        return new ChangeHints(
                states.stores(),
                model,
                new HintRules(rulebook),
                new ChangeHints.Tools(
                        PgChangeWatch.over(
                                pools,
                                model,
                                WatchRules.watched(rulebook),
                                config.limits().readTimeout()),
                        new PgSettledWatch(
                                gatewayDatabase, model, config.database().timeout()),
                        store -> states.of(store).isUsable(),
                        observer,
                        (pause, then) -> clockwork.after(pause.toMillis(), then),
                        PACE),
                config.changes().listeners());
    }

    void show(@Observes @Priority(StartOrder.PROBES) StartupEvent start, ChangeHints hints, MeterRegistry registry) {
        Gauge.builder("tidegate.hints.listeners", hints, ChangeHints::listeners).register(registry);
    }
}
