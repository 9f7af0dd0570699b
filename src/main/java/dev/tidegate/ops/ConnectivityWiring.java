package dev.tidegate.ops;

import dev.tidegate.connectivity.Prober;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.store.CircuitRules;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Wires the stores: how they are reached, what is believed about them, and the ticking that keeps the belief fresh. */
@Singleton
final class ConnectivityWiring {
    private static final long TICK_MILLIS = 100;

    @Produces
    @Singleton
    Hosting hosting(
            TidegateConfig config,
            Issuers issuers,
            @ConfigProperty(name = Main.EMBEDDED) Optional<String> embeddedIn,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        return new Hosting(config, embeddedIn, host, issuers.areConfigured());
    }

    @Produces
    @Singleton
    UserBook users(Hosting hosting) {
        return hosting.users();
    }

    @Produces
    @Singleton
    ConfiguredStores stores(Hosting hosting, ModelWiring.First first) {
        Set<StoreName> named = new HashSet<>(hosting.configured());
        named.addAll(first.stores());
        return new ConfiguredStores(hosting.stores(named));
    }

    @Produces
    @Singleton
    StorePools pools(Vertx vertx, ConfiguredStores stores, TidegateConfig config) {
        return StorePools.open(vertx, stores.all(), config.prober().timeout());
    }

    void close(@Disposes StorePools pools) {
        pools.close();
    }

    @Produces
    @Singleton
    StoreStates states(ConfiguredStores stores, TidegateConfig config, StorePools pools, Observer observer) {
        StoreStates states = new StoreStates(
                stores.all().keySet(),
                thresholds(config.prober()),
                config.prober().interval());
        states.onChange(
                (store, from, to) -> observer.see(new Observation.StoreStateChanged(store, from.name(), to.name())));
        states.onLoss(pools::renew);
        return states;
    }

    @Produces
    @Singleton
    StoreGuards guards(
            Hosting hosting,
            ConfiguredStores stores,
            TidegateConfig config,
            StoreStates states,
            StorePools pools,
            Observer observer) {
        return new StoreGuards(
                hosting.limits(stores.all().keySet()), circuitRules(config.circuit()), states, pools, observer);
    }

    @Produces
    @Singleton
    Prober prober(StoreGuards guards, StoreStates states, TidegateConfig config) {
        return new Prober(
                guards, states, config.prober().interval(), InstantSource.system(), RandomGenerator.getDefault());
    }

    /** Everything that can refuse the start does so here, before anything is opened. */
    @SuppressWarnings("ReturnValueIgnored")
    void check(
            @Observes @Priority(StartOrder.CHECKS) StartupEvent start,
            ConfiguredStores stores,
            UserBook users,
            Issuers issuers,
            StoreGuards guards) {
        issuers.check();
        stores.all().keySet().forEach(guards::callsUnderWay);
        users.isEmpty();
    }

    void probe(@Observes @Priority(StartOrder.PROBES) StartupEvent start, Prober prober, Clockwork clockwork) {
        prober.tick();
        clockwork.every(TICK_MILLIS, prober::tick);
    }

    private static CircuitRules circuitRules(TidegateConfig.Circuit circuit) {
        try {
            return new CircuitRules(circuit.window(), circuit.failureRatio(), circuit.openFor());
        } catch (IllegalArgumentException senseless) {
            throw new StartRefused("tidegate.circuit.*: " + senseless.getMessage());
        }
    }

    private static Thresholds thresholds(TidegateConfig.Prober prober) {
        try {
            return new Thresholds(prober.suspectAfter(), prober.downAfter(), prober.upAfter());
        } catch (IllegalArgumentException senseless) {
            throw new StartRefused("tidegate.prober.*: " + senseless.getMessage());
        }
    }
}
