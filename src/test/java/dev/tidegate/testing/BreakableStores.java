package dev.tidegate.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under {@code @QuarkusTest} as {@link Gateway} has it, with a network before each store that can be broken, and
 * little patience. A field of type {@code BreakableStores} of the test gets this.
 */
public final class BreakableStores implements QuarkusTestResourceLifecycleManager {
    private @Nullable TestDatabase queue;
    private @Nullable Store field;
    private @Nullable Store billing;

    /** A store, and the network before it. */
    public record Store(TestDatabase database, TcpProxy network) {
        private static Store create() {
            TestDatabase database = TestDatabase.create();
            return new Store(database, TcpProxy.before(database));
        }

        private Map<String, String> address(String name) {
            return Gateway.address("tidegate.stores." + name, database.through(network));
        }

        private void close() {
            network.close();
            database.close();
        }
    }

    public Store field() {
        return started(field);
    }

    public Store billing() {
        return started(billing);
    }

    @Override
    public Map<String, String> start() {
        queue = TestDatabase.create();
        field = Store.create();
        billing = Store.create();
        Map<String, String> configuration = new HashMap<>();
        configuration.putAll(Gateway.address("tidegate.database", queue));
        for (String store : List.of("field", "billing")) {
            configuration.putAll((store.equals("field") ? field() : billing()).address(store));
            configuration.put("tidegate.stores." + store + ".pool.max-size", "4");
            configuration.put("tidegate.stores." + store + ".pool.max-waiting", "28");
            configuration.put("tidegate.stores." + store + ".pool.wait-timeout", "1s");
        }
        configuration.put("tidegate.limits.read-timeout", "4s");
        configuration.put("tidegate.prober.interval", "500ms");
        configuration.put("tidegate.circuit.window", "8");
        configuration.put("tidegate.circuit.open-for", "1s");
        Gateway.users(configuration);
        return configuration;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(BreakableStores.class));
    }

    @Override
    public void stop() {
        if (field != null) {
            field.close();
        }
        if (billing != null) {
            billing.close();
        }
        if (queue != null) {
            queue.close();
        }
    }

    private static Store started(@Nullable Store store) {
        if (store == null) {
            throw new IllegalStateException("not started");
        }
        return store;
    }
}
