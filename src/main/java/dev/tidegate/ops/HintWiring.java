package dev.tidegate.ops;

import dev.tidegate.edition.Editions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Shows how many clients listen for hints. */
@Singleton
final class HintWiring {

    void show(@Observes @Priority(StartOrder.PROBES) StartupEvent start, Editions editions, MeterRegistry registry) {
        Gauge.builder(
                        "tidegate.hints.listeners",
                        editions,
                        now -> now.current().hints().listeners())
                .register(registry);
    }
}
