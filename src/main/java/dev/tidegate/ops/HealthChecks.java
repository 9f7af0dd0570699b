package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Editions;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What the orchestrator may conclude. Live: restart it or not. Ready: it can keep its promises; a data store that is down
 * does not make it unready, since batches are taken all the same, but stands in the data as {@code degraded}. Started: the
 * model is loaded and the database was reached once. All from memory. That it is shutting down is Quarkus' own check.
 */
@Singleton
final class HealthChecks {
    private static final Duration STUCK = Duration.ofSeconds(20);

    @Produces
    @Liveness
    @Singleton
    HealthCheck eventLoops(EventLoops loops) {
        return () -> HealthCheckResponse.named("event loops")
                .status(loops.stuckFor().compareTo(STUCK) < 0)
                .build();
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck gatewayDatabase(GatewayDatabaseProbe probe) {
        return () -> HealthCheckResponse.named("gateway database")
                .status(probe.isReachable())
                .build();
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck model(Editions editions) {
        return () -> HealthCheckResponse.named("model")
                .up()
                .withData("version", editions.current().version())
                .build();
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck stores(StoreStates states) {
        return () -> {
            var response = HealthCheckResponse.named("stores").up();
            states.all().forEach((store, state) -> response.withData(store.value(), word(state)));
            boolean degraded = states.all().values().stream().anyMatch(state -> !state.isUsable());
            return response.withData("degraded", degraded).build();
        };
    }

    /** Without any keys nobody is let in; one provider that is away does not keep out whom the others vouch for. */
    @Produces
    @Readiness
    @Singleton
    HealthCheck identityProviders(IssuerKeys keys) {
        return () -> {
            Map<String, Boolean> known = keys.known();
            var response = HealthCheckResponse.named("identity providers");
            known.forEach((address, is) -> response.withData(address, is ? "known" : "not reached since the start"));
            return response.status(known.isEmpty() || known.containsValue(true)).build();
        };
    }

    @Produces
    @Startup
    @Singleton
    HealthCheck started(GatewayDatabase database) {
        return () -> HealthCheckResponse.named("schema of the gateway database")
                .status(database.isMigrated())
                .build();
    }

    private static String word(StoreState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
