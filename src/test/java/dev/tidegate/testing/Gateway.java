package dev.tidegate.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under {@code @QuarkusTest}, on two fresh databases (its own, and the demo's store {@code field}) and with the
 * demo's users: {@code @QuarkusTestResource(Gateway.class)}.
 */
public final class Gateway implements QuarkusTestResourceLifecycleManager {
    private @Nullable TestDatabase queue;
    private @Nullable TestDatabase field;

    @Override
    public Map<String, String> start() {
        queue = TestDatabase.create();
        field = TestDatabase.create();
        Map<String, String> configuration = new HashMap<>();
        configuration.putAll(address("tidegate.database", queue));
        configuration.putAll(address("tidegate.stores.field", field));
        user(configuration, "ada", "Engineer");
        user(configuration, "dora", "Dispatcher");
        user(configuration, "arno", "Auditor");
        user(configuration, "otto", "operator");
        return configuration;
    }

    private static Map<String, String> address(String prefix, TestDatabase database) {
        return Map.of(
                prefix + ".url", database.url(),
                prefix + ".username", database.username(),
                prefix + ".password", database.password());
    }

    private static void user(Map<String, String> configuration, String name, String roles) {
        configuration.put("tidegate.users." + name + ".password", name);
        configuration.put("tidegate.users." + name + ".roles", roles);
    }

    @Override
    public void stop() {
        if (queue != null) {
            queue.close();
        }
        if (field != null) {
            field.close();
        }
    }
}
