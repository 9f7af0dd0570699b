package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway whose own database breaks off, or falls silent, while it starts: ready soon after the database is back. */
class StartIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** At the start and when it is tried again. */
    private static final int TIMES = 2;

    private final TestDatabase field = TestDatabase.create();
    private final TestDatabase queue = TestDatabase.create();
    private final TcpProxy toQueue = TcpProxy.before(queue);
    private final GatewayProcess gateway = new GatewayProcess("start", configuration());

    private Map<String, String> configuration() {
        Map<String, String> configuration = new TreeMap<>();
        address(configuration, "tidegate.database", queue.through(toQueue));
        address(configuration, "tidegate.stores.field", field);
        configuration.put("tidegate.users.ada.password", "ada");
        configuration.put("tidegate.users.ada.roles", "Engineer");
        return configuration;
    }

    private static void address(Map<String, String> configuration, String prefix, TestDatabase database) {
        configuration.put(prefix + ".url", database.url());
        configuration.put(prefix + ".username", database.username());
        configuration.put(prefix + ".password", database.password());
    }

    @AfterEach
    void stop() {
        gateway.kill();
        gateway.close();
        toQueue.close();
        field.close();
        queue.close();
    }

    /** The first that the migration asks, and what it is there for. */
    @ParameterizedTest
    @ValueSource(strings = {"version()", "CREATE TABLE tidegate_queue.client"})
    void a_database_that_breaks_off_at(String words) {
        toQueue.loseAnswersTo(words);
        gateway.launch();
        Until.holds("broken off at " + words, Duration.ofSeconds(60), () -> toQueue.lost() >= TIMES);
        assertThat(gateway.isReady()).isFalse();

        toQueue.heal();

        gateway.awaitReady(SOON);
    }

    @Test
    void a_database_that_accepts_connections_and_says_nothing() {
        toQueue.stall();
        gateway.launch();
        Until.holds("alive", Duration.ofSeconds(30), () -> gateway.health("live") == 200);
        assertThat(gateway.isReady()).isFalse();

        toQueue.cut();
        toQueue.heal();

        gateway.awaitReady(SOON);
    }
}
