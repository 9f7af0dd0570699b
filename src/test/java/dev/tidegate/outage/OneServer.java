package dev.tidegate.outage;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import java.util.Map;
import java.util.TreeMap;

/** One server with all that a gateway needs: its own database, and the store of the demo. */
final class OneServer {
    private OneServer() {}

    /** How a gateway is told of it, and of the engineer {@code ada}. */
    static Map<String, String> configuration(EmbeddedPostgres server) {
        Map<String, String> configuration = new TreeMap<>();
        address(configuration, "tidegate.database", server, "tidegate");
        address(configuration, "tidegate.stores.field", server, "field");
        configuration.put("tidegate.users.ada.password", "ada");
        configuration.put("tidegate.users.ada.roles", "Engineer");
        return configuration;
    }

    private static void address(
            Map<String, String> configuration, String prefix, EmbeddedPostgres server, String database) {
        configuration.put(prefix + ".url", server.url(database));
        configuration.put(prefix + ".username", server.username());
        configuration.put(prefix + ".password", server.password());
    }
}
