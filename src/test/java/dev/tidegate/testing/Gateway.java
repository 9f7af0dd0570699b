package dev.tidegate.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under {@code @QuarkusTest}, on three fresh databases (its own, and the demo's stores {@code field} and
 * {@code billing}) and with the demo's users: {@code @QuarkusTestResource(Gateway.class)}.
 */
public final class Gateway implements QuarkusTestResourceLifecycleManager {
    private @Nullable TestDatabase queue;
    private @Nullable TestDatabase field;
    private @Nullable TestDatabase billing;

    @Override
    public Map<String, String> start() {
        queue = TestDatabase.create();
        field = TestDatabase.create();
        billing = TestDatabase.create();
        Map<String, String> configuration = new HashMap<>();
        configuration.putAll(address("tidegate.database", queue));
        configuration.putAll(address("tidegate.stores.field", field));
        configuration.putAll(address("tidegate.stores.billing", billing));
        // A machine that runs many tests at once is slow at times; what is slow then is not what is tested.
        configuration.put("tidegate.database.timeout", "15s");
        users(configuration);
        return configuration;
    }

    static Map<String, String> address(String prefix, TestDatabase database) {
        return Map.of(
                prefix + ".url", database.url(),
                prefix + ".username", database.username(),
                prefix + ".password", database.password());
    }

    static void users(Map<String, String> configuration) {
        user(configuration, "ada", "Engineer");
        user(configuration, "bert", "Engineer");
        user(configuration, "dora", "Dispatcher");
        user(configuration, "arno", "Auditor");
        user(configuration, "otto", "operator");
    }

    private static void user(Map<String, String> configuration, String name, String roles) {
        configuration.put("tidegate.users." + name + ".password", name);
        configuration.put("tidegate.users." + name + ".roles", roles);
    }

    @Override
    public void stop() {
        Stream.of(queue, field, billing).filter(Objects::nonNull).forEach(TestDatabase::close);
    }
}
