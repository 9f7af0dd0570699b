package dev.tidegate.outage;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Three gateways on one queue database and one data store, which may each be killed and cut off from each other. */
final class StormSite implements AutoCloseable {
    private static final int GATEWAYS = 3;
    private static final int SHARED = 400;
    private static final Duration START = Duration.ofMinutes(2);

    final StormServer queue;
    final StormServer field;
    final List<GatewayProcess> gateways = new ArrayList<>();

    private StormSite(StormServer queue, StormServer field) {
        this.queue = queue;
        this.field = field;
    }

    static StormSite start(Path directory, Duration patience) {
        StormSite site = new StormSite(
                StormServer.start("tidegate", GATEWAYS, directory), StormServer.start("field", GATEWAYS, directory));
        for (int i = 0; i < GATEWAYS; i++) {
            Map<String, String> configuration = new TreeMap<>();
            site.queue.configure(configuration, "tidegate.database", i);
            site.field.configure(configuration, "tidegate.stores.field", i);
            configuration.put("tidegate.users.ada.password", "ada");
            configuration.put("tidegate.users.ada.roles", "Engineer");
            configuration.put("tidegate.parking.patience", patience.toString());
            site.gateways.add(new GatewayProcess("storm-" + i, configuration));
        }
        site.gateways.forEach(gateway -> gateway.start());
        return site;
    }

    /** The objects that all clients want. */
    List<String> prepare() throws SQLException {
        try (Connection connection = field.connect()) {
            FieldStore.installWitness(connection);
            FieldStore.run(
                    connection,
                    "INSERT INTO field_service.customer (id, name) SELECT gen_random_uuid(), 'shared '"
                            + " || i FROM generate_series(1, " + SHARED + ") AS i");
            return FieldStore.column(
                    connection, "SELECT id FROM field_service.customer WHERE name LIKE 'shared %' ORDER BY id");
        }
    }

    List<TcpProxy> networks() {
        List<TcpProxy> all = new ArrayList<>(queue.networks);
        all.addAll(field.networks);
        return all;
    }

    void awaitReady() {
        gateways.forEach(gateway -> gateway.awaitReady(START));
    }

    BatchCalls calls() {
        return new BatchCalls(Duration.ofSeconds(4), gateways.toArray(GatewayProcess[]::new));
    }

    /** SIGSTOP or SIGCONT. */
    static void signal(GatewayProcess gateway, String signal) {
        gateway.pid().ifPresent(pid -> {
            try {
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor();
            } catch (IOException broken) {
                throw new IllegalStateException(broken);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        gateways.forEach(GatewayProcess::kill);
        gateways.forEach(GatewayProcess::close);
        queue.close();
        field.close();
    }
}
