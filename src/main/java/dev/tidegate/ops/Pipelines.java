package dev.tidegate.ops;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Lets pipelines run without the platform's propagation of thread contexts, which captures and restores them around every
 * step: nothing here looks at a context of its thread in a later step, and Hibernate Reactive's sessions go with Vert.x's.
 */
@Singleton
final class Pipelines {
    void begin(@Observes @Priority(StartOrder.CHECKS) StartupEvent start) {
        Infrastructure.clearInterceptors();
    }
}
