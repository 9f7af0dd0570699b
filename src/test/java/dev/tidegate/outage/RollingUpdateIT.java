package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each replica is replaced by another while clients read, send, download and listen: nobody's call fails, and what was accepted is applied,
 * without waiting for a lease that ended with its replica.
 */
class RollingUpdateIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration STEADY = Duration.ofSeconds(3);
    private static final int REPLICAS = 2;

    @TempDir
    Path directory;

    private int started;

    @Test
    void replicas_are_replaced_under_load_and_nobody_sees_it() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            server.ensureDatabase("tidegate");
            server.ensureDatabase("field");
            try (Balancer balancer = new Balancer()) {
                Deque<GatewayProcess> old = new ArrayDeque<>();
                for (int i = 0; i < REPLICAS; i++) {
                    old.add(balancer.add(gateway(server).start()));
                }
                try (UpdateLoad load = new UpdateLoad(balancer)) {
                    load.begin();
                    Until.pause(STEADY);
                    while (!old.isEmpty()) {
                        balancer.add(gateway(server).start());
                        Until.pause(STEADY);
                        GatewayProcess goes = old.remove();
                        goes.terminate();
                        assertThat(goes.awaitExit(SOON)).isIn(0, 128 + 15);
                        assertThat(Files.readString(goes.log())).doesNotContain("Timed out waiting");
                        balancer.remove(goes);
                    }
                    Until.pause(STEADY);
                    load.end();

                    assertThat(load.failures()).isEmpty();
                    load.assertAllSorts();
                    assertThat(load.slowest()).isLessThan(Duration.ofSeconds(10));
                    try (Connection connection = server.connect("field")) {
                        assertThat(FieldStore.column(
                                        connection,
                                        "SELECT id FROM field_service.note WHERE text = '" + UpdateLoad.TEXT + "'"))
                                .containsExactlyInAnyOrderElementsOf(load.created());
                    }
                }
            }
        }
    }

    private GatewayProcess gateway(EmbeddedPostgres server) throws IOException {
        Map<String, String> configuration = OneServer.configuration(server);
        configuration.put("quarkus.shutdown.delay", "3s");
        // What a machine with other work makes slow is no failure here.
        configuration.put("tidegate.database.timeout", "15s");
        GatewayProcess gateway = new GatewayProcess("rolling-" + started++, configuration);
        Files.deleteIfExists(gateway.log());
        return gateway;
    }
}
