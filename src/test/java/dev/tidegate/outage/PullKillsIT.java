package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Until;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways are killed while devices download fifty thousand objects that others change with plain SQL. Whenever nobody writes for a moment, and
 * each device has come to the end of its download, it holds what the table holds.
 */
class PullKillsIT {
    private static final int KILLS = Integer.getInteger("pulls.kills", 5);
    private static final long SEED = Long.getLong("pulls.seed", 20261128);
    private static final int DEVICES = 4;
    private static final int WRITERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENTITY = "FieldService.StockLevel";
    private static final String MEMBER = "Quantity";

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final ReadWriteLock writing = new ReentrantReadWriteLock(true);
    private final AtomicBoolean over = new AtomicBoolean();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    @Test
    void whatever_is_killed_a_device_that_is_through_holds_what_the_store_holds() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory);
                ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            server.ensureDatabase("tidegate");
            server.ensureDatabase("field");
            List<GatewayProcess> gateways = List.of(gateway(server, 0), gateway(server, 1));
            try {
                gateways.forEach(GatewayProcess::start);
                List<Future<?>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    Random own = new Random(random.nextLong());
                    writers.add(beside.submit(() -> write(server, own)));
                }
                List<HeldSet> devices = new ArrayList<>();
                for (int i = 0; i < DEVICES; i++) {
                    devices.add(new HeldSet(http, ENTITY, new Random(random.nextLong())));
                }
                for (int kill = 0; kill < KILLS; kill++) {
                    round(server, gateways, devices, beside);
                }
                over.set(true);
                for (Future<?> writer : writers) {
                    writer.get();
                }
                System.out.printf(
                        "seed %d: %d kills, %d pieces taken, %d answers broken off%n",
                        SEED,
                        KILLS,
                        devices.stream().mapToInt(HeldSet::legs).sum(),
                        devices.stream().mapToInt(HeldSet::broken).sum());
            } finally {
                over.set(true);
                gateways.forEach(GatewayProcess::kill);
                gateways.forEach(GatewayProcess::close);
                http.close();
            }
        }
    }

    /** All pull; one gateway is killed on the way; then nobody writes, and all come to the end. */
    private void round(
            EmbeddedPostgres server, List<GatewayProcess> gateways, List<HeldSet> devices, ExecutorService beside)
            throws Exception {
        AtomicBoolean quiet = new AtomicBoolean();
        List<Future<Void>> pulling = new ArrayList<>();
        for (HeldSet device : devices) {
            Random own = new Random(random.nextLong());
            Callable<Void> pull = () -> {
                while (!quiet.get()) {
                    device.pull(request(gateways, own, device), MEMBER);
                    Until.pause(Duration.ofMillis(own.nextInt(200)));
                }
                return null;
            };
            pulling.add(beside.submit(pull));
        }
        Until.pause(Duration.ofMillis(500 + random.nextInt(2_500)));
        GatewayProcess victim = gateways.get(random.nextInt(gateways.size()));
        victim.kill();
        Until.pause(Duration.ofMillis(random.nextInt(1_000)));
        victim.launch();
        Until.pause(Duration.ofMillis(random.nextInt(4_000)));
        writing.writeLock().lock();
        try {
            quiet.set(true);
            for (Future<Void> one : pulling) {
                one.get();
            }
            Map<String, Integer> stored = stored(server);
            for (HeldSet device : devices) {
                Until.holds(
                        "a device that is through",
                        PATIENCE,
                        () -> device.pull(request(gateways, random, device), MEMBER));
                assertThat(device.held()).as("seed " + SEED).isEqualTo(stored);
            }
        } finally {
            quiet.set(true);
            writing.writeLock().unlock();
        }
        victim.awaitReady(PATIENCE);
    }

    private static HttpRequest.Builder request(List<GatewayProcess> gateways, Random random, HeldSet device) {
        return HttpRequest.newBuilder(
                        gateways.get(random.nextInt(gateways.size())).at(device.path()))
                .timeout(PATIENCE)
                .header("Authorization", BatchCalls.ADA)
                .header("Accept", "application/x-ndjson");
    }

    private static Map<String, Integer> stored(EmbeddedPostgres server) throws SQLException {
        Map<String, Integer> stored = new HashMap<>();
        try (Connection connection = server.connect("field");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id::text, quantity FROM field_service.stock_level")) {
            while (rows.next()) {
                stored.put(rows.getString(1), rows.getInt(2));
            }
        }
        return stored;
    }

    /** Transactions of one or more statements, some of them given up. */
    private Void write(EmbeddedPostgres server, Random random) throws SQLException {
        try (Connection connection = server.connect("field");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!over.get()) {
                writing.readLock().lock();
                try {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        statement.execute(change(random));
                        Until.pause(Duration.ofMillis(random.nextInt(60)));
                    }
                    if (random.nextInt(5) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                    }
                } catch (SQLException deadlock) {
                    connection.rollback();
                } finally {
                    writing.readLock().unlock();
                }
                Until.pause(Duration.ofMillis(random.nextInt(20)));
            }
        }
        return null;
    }

    private static String change(Random random) {
        int prefix = random.nextInt(1 << 12);
        String some = "id >= '%03x00000-0000-0000-0000-000000000000' AND id < '%03x%s000-0000-0000-0000-000000000000'"
                .formatted(prefix, prefix, random.nextInt(50) == 0 ? "ff" : "40");
        return switch (random.nextInt(6)) {
            case 0 -> "DELETE FROM field_service.stock_level WHERE " + some;
            case 1, 2 ->
                "INSERT INTO field_service.stock_level (id, quantity) SELECT gen_random_uuid(), "
                        + random.nextInt(1_000) + " FROM generate_series(1, " + (1 + random.nextInt(8)) + ")";
            default ->
                "UPDATE field_service.stock_level SET quantity = " + random.nextInt(1_000_000) + " WHERE " + some;
        };
    }

    private GatewayProcess gateway(EmbeddedPostgres server, int number) {
        return new GatewayProcess("pull-kills-" + number, OneServer.configuration(server));
    }
}
