package dev.tidegate.bench;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Batches of 4 KB made durable through HTTP, beside rows of the same size that are inserted and committed one by one on the
 * same server, with fsync, by as many connections. The sides take turns. The store of the batches is away, so that taking in
 * is measured and not applying.
 */
public final class IntakeBenchmark {
    private static final int[] CONNECTIONS = {16, 64};
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 4));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warmup", 25));
    private static final int CLIENTS = 256;
    private static final int OPERATIONS = 6;
    private static final int TEXT = 520;

    private final ServerProcess gateway;
    private final SingleCommits floor;
    private final Load load;
    private final List<String> clients = new ArrayList<>();
    private final String operations;

    private IntakeBenchmark(ServerProcess gateway, SingleCommits floor, Load load) {
        this.gateway = gateway;
        this.floor = floor;
        this.load = load;
        this.operations = operations(new Random(1));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(UUID.randomUUID().toString());
        }
    }

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        Path directory = Files.createTempDirectory("intake-benchmark");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            server.ensureDatabase("queue");
            server.ensureDatabase("rows");
            try (ServerProcess gateway = gateway(arguments[0], server);
                    SingleCommits floor = new SingleCommits(options(server), operations(new Random(1)));
                    Load load = new Load(Load.credentials("ada"))) {
                floor.prepare();
                gateway.awaitListening();
                new IntakeBenchmark(gateway, floor, load).run();
            }
        }
    }

    private void run() throws InterruptedException {
        System.out.println("A batch has " + batch(0).length() + " bytes.");
        System.out.println(
                "| connections | batches/s | p50 ms | p99 ms | single commits/s | p50 ms | p99 ms | ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        accept(16, WARM_UP);
        floor.run(16, WARM_UP.dividedBy(4));
        for (int connections : CONNECTIONS) {
            List<Load.Measured> ours = new ArrayList<>();
            List<Load.Measured> theirs = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(accept(connections, ROUND));
                theirs.add(floor.run(connections, ROUND));
            }
            print(connections, Load.Measured.middle(ours), Load.Measured.middle(theirs));
        }
    }

    private Load.Measured accept(int connections, Duration duration) throws InterruptedException {
        return load.send(
                gateway.port(),
                connections,
                duration,
                n -> Load.Request.post("/v1/profiles/NativeMobile/batches", batch(n), 202));
    }

    private static void print(int connections, Load.Measured ours, Load.Measured theirs) {
        System.out.printf(
                Locale.ROOT,
                "| %d | %.0f | %.2f | %.2f | %.0f | %.2f | %.2f | %.2f |%n",
                connections,
                ours.perSecond(),
                ours.medianMillis(),
                ours.slowest99Millis(),
                theirs.perSecond(),
                theirs.medianMillis(),
                theirs.slowest99Millis(),
                ours.perSecond() / theirs.perSecond());
    }

    private String batch(int n) {
        return "{\"batchId\":\"" + UUID.randomUUID() + "\",\"clientId\":\"" + clients.get(n % CLIENTS)
                + "\",\"operations\":" + operations + "}";
    }

    private static String operations(Random random) {
        JsonArray operations = new JsonArray();
        for (int i = 0; i < OPERATIONS; i++) {
            operations.add(new JsonObject()
                    .put("op", "create")
                    .put("entity", "FieldService.Note")
                    .put("id", new UUID(random.nextLong(), i).toString())
                    .put("attributes", new JsonObject().put("Text", text(random))));
        }
        return operations.encode();
    }

    /** Words, as people write them: no two the same, and yet with something to compress. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        while (text.length() < TEXT) {
            int length = 2 + random.nextInt(8);
            for (int i = 0; i < length; i++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(' ');
        }
        return text.substring(0, TEXT).strip();
    }

    private static PgConnectOptions options(EmbeddedPostgres server) {
        return new PgConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setDatabase("rows")
                .setUser(server.username())
                .setPassword(server.password());
    }

    private static ServerProcess gateway(String jar, EmbeddedPostgres server) {
        int port = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + ServerProcess.freePort(),
                "-Dtidegate.users.ada.password=ada",
                "-Dtidegate.users.ada.roles=Engineer",
                "-Dtidegate.database.url=" + server.url("queue"),
                "-Dtidegate.database.username=" + server.username(),
                "-Dtidegate.database.password=" + server.password(),
                "-Dtidegate.limits.queue-per-client=1000000",
                "-Dtidegate.limits.queue-per-client-bytes=100G",
                "-Dtidegate.limits.queue-bytes=100G",
                "-Dtidegate.stores.field.url=postgresql://nobody:nothing@127.0.0.1:" + ServerProcess.freePort()
                        + "/away"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("tidegate."))
                .forEach(name -> arguments.add("-D" + name + "=" + System.getProperty(name)));
        arguments.addAll(List.of("-jar", jar));
        return ServerProcess.start("gateway", port, arguments);
    }
}
