package dev.tidegate.bench;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * From the answer {@code 202} of a batch to its being applied, as its client sees it: it asks for the state at once, with patience,
 * and the answer says {@code applied}. First batch after batch on so many connections, to find what the machine can do; then half as
 * many in a second, evenly. One server with fsync holds the queue and the stores, change logs and all.
 */
public final class AppliedBenchmark {
    private static final int CONNECTIONS = 16;
    private static final int CLIENTS = 256;
    private static final int OPERATIONS = 6;
    private static final int MOST = 2_000_000;
    private static final String BATCHES = "/v1/profiles/NativeMobile/batches";
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 4));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warmup", 25));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final String authorization = Load.credentials("ada");
    private final List<String> clients = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();

    private String author = "";

    private AppliedBenchmark(int port) {
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port)
                .setMaxPoolSize(CLIENTS)
                .setKeepAlive(true));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(UUID.randomUUID().toString());
        }
    }

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        Path directory = Files.createTempDirectory("applied-benchmark");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            List.of("queue", "field", "billing").forEach(server::ensureDatabase);
            try (ServerProcess gateway = gateway(arguments[0], server)) {
                gateway.awaitListening();
                AppliedBenchmark benchmark = new AppliedBenchmark(gateway.port());
                benchmark.run();
                benchmark
                        .vertx
                        .close()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
            }
        }
    }

    private void run() throws InterruptedException {
        author = author();
        // The change logs are being installed meanwhile.
        full(WARM_UP);
        System.out.println("| | batches/s | p50 ms | p99 ms |");
        System.out.println("| --- | --- | --- | --- |");
        List<Load.Measured> full = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            full.add(full(ROUND));
        }
        Load.Measured most = Load.Measured.middle(full);
        print("one after the other on " + CONNECTIONS + " connections", most);
        List<Load.Measured> half = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            half.add(evenly(most.perSecond() / 2, ROUND));
        }
        print("half as many, evenly", Load.Measured.middle(half));
    }

    private static void print(String load, Load.Measured measured) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f |%n",
                load,
                measured.perSecond(),
                measured.medianMillis(),
                measured.slowest99Millis());
    }

    private Load.Measured full(Duration duration) throws InterruptedException {
        Round round = new Round(CONNECTIONS);
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            vertx.getOrCreateContext().runOnContext(_ -> again(round, start + duration.toNanos()));
        }
        round.done.await();
        return round.measured(start);
    }

    private void again(Round round, long end) {
        if (System.nanoTime() > end) {
            round.done.countDown();
        } else {
            one(round).onComplete(_ -> again(round, end));
        }
    }

    private Load.Measured evenly(double perSecond, Duration duration) throws InterruptedException {
        int all = (int) (perSecond * duration.toMillis() / 1e3);
        Round round = new Round(all);
        AtomicInteger begun = new AtomicInteger();
        long start = System.nanoTime();
        long timer = vertx.setPeriodic(1, _ -> {
            double due = perSecond * (System.nanoTime() - start) / 1e9;
            while (begun.get() < Math.min(due, all)) {
                begun.incrementAndGet();
                one(round).onComplete(_ -> round.done.countDown());
            }
        });
        round.done.await();
        vertx.cancelTimer(timer);
        return round.measured(start);
    }

    /** Sends one and waits until it is applied. */
    private Future<?> one(Round round) {
        String id = UUID.randomUUID().toString();
        JsonObject batch = new JsonObject()
                .put("batchId", id)
                .put("clientId", clients.get(sent.getAndIncrement() % CLIENTS))
                .put("operations", operations());
        return ask(HttpMethod.POST, BATCHES, batch.toBuffer(), 202)
                .compose(_ -> {
                    long acknowledged = System.nanoTime();
                    return ask(HttpMethod.GET, BATCHES + "/" + id + "?wait=30", Buffer.buffer(), 200)
                            .map(state -> {
                                if (!"applied".equals(state.toJsonObject().getString("state"))) {
                                    throw new IllegalStateException("not applied: " + state);
                                }
                                round.took(System.nanoTime() - acknowledged);
                                return state;
                            });
                })
                .onFailure(failure -> {
                    System.err.println(failure);
                    round.failed.incrementAndGet();
                });
    }

    private Future<Buffer> ask(HttpMethod method, String path, Buffer body, int expected) {
        return http.request(method, path)
                .compose(request -> request.putHeader("Authorization", authorization)
                        .putHeader("Content-Type", "application/json")
                        .send(body))
                .compose(response -> response.body().map(text -> required(response, text, expected)));
    }

    private static Buffer required(HttpClientResponse response, Buffer text, int expected) {
        if (response.statusCode() != expected) {
            throw new IllegalStateException(response.statusCode() + ": " + text);
        }
        return text;
    }

    /** Whose notes ada may write: her own. */
    private String author() {
        return http.request(
                        HttpMethod.GET, "/v1/profiles/Web/objects/FieldService.Engineer?constraint=%5BLogin='ada'%5D")
                .compose(request -> request.putHeader("Authorization", Load.credentials("dora"))
                        .send())
                .compose(HttpClientResponse::body)
                .map(page -> page.toJsonObject()
                        .getJsonArray("objects")
                        .getJsonObject(0)
                        .getString("id"))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private JsonArray operations() {
        JsonArray operations = new JsonArray();
        for (int i = 0; i < OPERATIONS; i++) {
            operations.add(new JsonObject()
                    .put("op", "create")
                    .put("entity", "FieldService.Note")
                    .put("id", UUID.randomUUID().toString())
                    .put("attributes", new JsonObject().put("Text", "Valve seat replaced, pressure test passed, " + i))
                    .put("associations", new JsonObject().put("FieldService.Note_Author", author)));
        }
        return operations;
    }

    private static final class Round {
        private final long[] latencies = new long[MOST];
        private final AtomicInteger applied = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final CountDownLatch done;

        Round(int done) {
            this.done = new CountDownLatch(done);
        }

        void took(long nanos) {
            latencies[applied.getAndIncrement()] = nanos;
        }

        Load.Measured measured(long start) {
            if (failed.get() > 0) {
                throw new IllegalStateException(failed.get() + " batches failed");
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return Load.Measured.of(latencies, applied.get(), took);
        }
    }

    private static ServerProcess gateway(String jar, EmbeddedPostgres server) {
        int port = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + ServerProcess.freePort(),
                "-Dtidegate.users.ada.password=ada",
                "-Dtidegate.users.ada.roles=Engineer",
                "-Dtidegate.users.dora.password=dora",
                "-Dtidegate.users.dora.roles=Dispatcher"));
        for (String name : List.of("database", "stores.field", "stores.billing")) {
            String database = name.equals("database") ? "queue" : name.substring(name.indexOf('.') + 1);
            arguments.add("-Dtidegate." + name + ".url=" + server.url(database));
            arguments.add("-Dtidegate." + name + ".username=" + server.username());
            arguments.add("-Dtidegate." + name + ".password=" + server.password());
        }
        arguments.addAll(List.of("-jar", jar));
        return ServerProcess.start("gateway", port, arguments);
    }
}
