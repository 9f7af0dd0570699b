package dev.tidegate.outage;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.testing.Postmaster;
import dev.tidegate.testing.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A database server that is killed and started again, with fsync; each gateway sees it through a network of its own. */
final class StormServer implements AutoCloseable {
    final String database;
    final List<TcpProxy> networks = new ArrayList<>();
    private final Path directory;
    private volatile EmbeddedPostgres server;

    private StormServer(String database, Path directory) {
        this.database = database;
        this.directory = directory;
        this.server = start();
    }

    static StormServer start(String database, int gateways, Path directory) {
        StormServer started = new StormServer(database, directory.resolve(database));
        started.server.ensureDatabase(database);
        for (int i = 0; i < gateways; i++) {
            started.networks.add(TcpProxy.before(started.server.host(), started.server.port()));
        }
        return started;
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(directory, Map.of("max_connections", "200", "max_wal_size", "1GB"));
    }

    /** The configuration of one gateway. */
    void configure(Map<String, String> configuration, String prefix, int gateway) {
        configuration.put(
                prefix + ".url",
                "postgresql://127.0.0.1:" + networks.get(gateway).port() + "/" + database);
        configuration.put(prefix + ".username", server.username());
        configuration.put(prefix + ".password", server.password());
    }

    Connection connect() throws SQLException {
        return server.connect(database);
    }

    /** SIGKILL for the server; its sessions end by themselves, as they do. */
    void kill() throws IOException {
        Postmaster.kill(directory);
        server.close();
    }

    void startAgain() {
        server = start();
        networks.forEach(network -> network.leadTo(server.port()));
    }

    @Override
    public void close() {
        networks.forEach(TcpProxy::close);
        server.close();
    }
}
