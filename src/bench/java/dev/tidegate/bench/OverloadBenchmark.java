package dev.tidegate.bench;

import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ten times the load that the gateway can bear, by clients that do not wait for each other: what it still serves of that,
 * against what it serves at its best, and what probes and connectivity meet meanwhile. The load has a core of its own, and the
 * gateway and PostgreSQL have the others, so that what the load takes is not counted as the gateway's loss. Pages of a thousand
 * objects. Other settings by the environment ({@code TIDEGATE_LIMITS_CALLS}).
 */
public final class OverloadBenchmark {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 10));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warmup", 20));
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(50);
    private static final int TIMES = 10;
    private static final int CONNECTIONS = 3_000;
    private static final int AT_ITS_BEST = 16;
    private static final int ROWS = 100_000;
    private static final String PAGE = "/v1/profiles/Web/objects/FieldService.StockLevel?limit=1000";

    private OverloadBenchmark() {}

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException {
        int management = ServerProcess.freePort();
        try (TestDatabase queue = TestDatabase.create();
                TestDatabase field = TestDatabase.create();
                ServerProcess gateway = gateway(arguments[0], management, queue, field);
                Load load = new Load(Load.credentials("dora"));
                Flood flood = new Flood(gateway.port(), management)) {
            gateway.awaitListening();
            LiveReadBenchmark.fill(field, ROWS);
            Cores.divide(server(field));
            load.run(gateway.port(), AT_ITS_BEST, WARM_UP, _ -> PAGE);
            System.out.println(
                    "| round | at its best req/s | offered req/s | served req/s | ratio | refused | without answer"
                            + " | served p99 ms | probes p50 ms | probes p99 ms | probes max ms | probes failed |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            for (int round = 1; round <= ROUNDS; round++) {
                double best =
                        load.run(gateway.port(), AT_ITS_BEST, ROUND, _ -> PAGE).perSecond();
                Flooded flooded = flood.run(TIMES * best);
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %.0f | %.0f | %.0f | %.2f | %d | %d | %.0f | %.1f | %.1f | %.1f | %d |%n",
                        round,
                        best,
                        flooded.offered,
                        flooded.served,
                        flooded.served / best,
                        flooded.refused,
                        flooded.unanswered,
                        flooded.slowest99,
                        at(flooded.probes, 0.5),
                        at(flooded.probes, 0.99),
                        at(flooded.probes, 1),
                        flooded.probesFailed);
            }
        }
    }

    /** The parent of whoever serves a session. */
    private static ProcessHandle server(TestDatabase database) {
        return ProcessHandle.of(Long.parseLong(String.valueOf(database.value("SELECT pg_backend_pid()"))))
                .flatMap(ProcessHandle::parent)
                .orElseThrow();
    }

    private static double at(List<Double> values, double quantile) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(Comparator.naturalOrder());
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) ((sorted.size() - 1) * quantile));
    }

    private record Flooded(
            double offered,
            double served,
            int refused,
            int unanswered,
            double slowest99,
            List<Double> probes,
            int probesFailed) {}

    /** Requests that come by the clock, whatever has become of those before. */
    private static final class Flood implements AutoCloseable {
        private final Vertx vertx = Vertx.vertx();
        private final int port;
        private final int management;

        Flood(int port, int management) {
            this.port = port;
            this.management = management;
        }

        Flooded run(double perSecond) throws InterruptedException {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
            Tally tally = new Tally();
            Thread prober = Thread.ofPlatform().start(() -> probe(tally));
            long begun = System.nanoTime();
            int sent = 0;
            while (System.nanoTime() - begun < ROUND.toNanos()) {
                int due = (int) ((System.nanoTime() - begun) / 1e9 * perSecond);
                for (; sent < due; sent++) {
                    tally.sent.incrementAndGet();
                    send(client, tally);
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            // What is served after the round belongs to the next one's rest, not to this one's goodput.
            Flooded flooded = tally.of(sent / seconds, seconds);
            tally.over = true;
            prober.join();
            client.close().toCompletionStage().toCompletableFuture().join();
            TimeUnit.SECONDS.sleep(5);
            return flooded;
        }

        private void send(HttpClient client, Tally tally) {
            long start = System.nanoTime();
            client.request(new RequestOptions()
                            .setMethod(HttpMethod.GET)
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setURI(PAGE)
                            .setTimeout(PATIENCE.toMillis())
                            .putHeader("Authorization", Load.credentials("dora")))
                    .compose(request -> request.send())
                    .compose(response -> response.body().map(_ -> response.statusCode()))
                    .onComplete(answer -> tally.answered(
                            answer.succeeded() ? answer.result() : 0, (System.nanoTime() - start) / 1e6));
        }

        private void probe(Tally tally) {
            HttpClient client = vertx.createHttpClient();
            while (!tally.over) {
                probe(client, tally, management, "/q/health/live");
                probe(client, tally, management, "/q/health/ready");
                probe(client, tally, port, "/v1/connectivity");
                try {
                    TimeUnit.MILLISECONDS.sleep(PROBE_PAUSE.toMillis());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            client.close().toCompletionStage().toCompletableFuture().join();
        }

        private static void probe(HttpClient client, Tally tally, int port, String path) {
            long start = System.nanoTime();
            CountDownLatch answered = new CountDownLatch(1);
            AtomicInteger status = new AtomicInteger();
            client.request(new RequestOptions()
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setURI(path)
                            .setTimeout(PATIENCE.toMillis())
                            .putHeader("Authorization", Load.credentials("dora")))
                    .compose(request -> request.send())
                    .compose(response -> response.body().map(_ -> response.statusCode()))
                    .onComplete(answer -> {
                        status.set(answer.succeeded() ? answer.result() : 0);
                        answered.countDown();
                    });
            try {
                answered.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            tally.probed(status.get() == 200, (System.nanoTime() - start) / 1e6);
        }

        @Override
        public void close() {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static final class Tally {
        private final AtomicInteger sent = new AtomicInteger();
        private final List<Double> served = new ArrayList<>();
        private final List<Double> probes = new ArrayList<>();
        private int refused;
        private int failed;
        private int probesFailed;
        private volatile boolean over;

        synchronized void answered(int status, double millis) {
            if (over) {
                return;
            }
            switch (status) {
                case 200 -> served.add(millis);
                case 429, 503 -> refused++;
                default -> failed++;
            }
        }

        synchronized void probed(boolean fine, double millis) {
            probes.add(millis);
            probesFailed += fine ? 0 : 1;
        }

        synchronized Flooded of(double offered, double seconds) {
            return new Flooded(
                    offered,
                    served.size() / seconds,
                    refused,
                    failed,
                    at(served, 0.99),
                    List.copyOf(probes),
                    probesFailed);
        }
    }

    private static ServerProcess gateway(String jar, int management, TestDatabase queue, TestDatabase field) {
        int port = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + management,
                "-Dtidegate.users.dora.password=dora",
                "-Dtidegate.users.dora.roles=Dispatcher"));
        LiveReadBenchmark.address("tidegate.database", queue, arguments);
        LiveReadBenchmark.address("tidegate.stores.field", field, arguments);
        arguments.addAll(List.of("-jar", jar));
        return ServerProcess.start("gateway", port, ServerProcess.AS_IN_THE_IMAGE, arguments);
    }
}
