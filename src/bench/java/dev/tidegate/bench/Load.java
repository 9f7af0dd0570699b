package dev.tidegate.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** So many connections, each with one request under way at a time, for so long; every answer must be as expected. */
final class Load implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final String authorization;

    Load(String authorization) {
        this.authorization = authorization;
    }

    /** The credentials of a user of the benchmarks, whose password is the name. */
    static String credentials(String name) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + name).getBytes(StandardCharsets.UTF_8));
    }

    /** What is asked, and the status that the answer must have. */
    record Request(HttpMethod method, String path, Buffer body, int expected) {
        static Request get(String path) {
            return new Request(HttpMethod.GET, path, Buffer.buffer(), 200);
        }

        static Request post(String path, String json, int expected) {
            return new Request(HttpMethod.POST, path, Buffer.buffer(json), expected);
        }
    }

    /** What one round gave: the answers in all, two of the latencies, and how long it took. */
    record Measured(int answers, Duration median, Duration slowest99, Duration took) {
        double perSecond() {
            return answers / (took.toNanos() / 1e9);
        }

        double medianMillis() {
            return median.toNanos() / 1e6;
        }

        double slowest99Millis() {
            return slowest99.toNanos() / 1e6;
        }

        static Measured of(long[] latencies, int answers, Duration took) {
            long[] sorted = Arrays.copyOf(latencies, answers);
            Arrays.sort(sorted);
            return new Measured(answers, at(sorted, 0.5), at(sorted, 0.99), took);
        }

        private static Duration at(long[] sorted, double quantile) {
            return sorted.length == 0
                    ? Duration.ZERO
                    : Duration.ofNanos(sorted[(int) ((sorted.length - 1) * quantile)]);
        }

        /** The one in the middle by its rate. */
        static Measured middle(List<Measured> rounds) {
            return rounds.stream()
                    .sorted((a, b) -> Double.compare(a.perSecond(), b.perSecond()))
                    .toList()
                    .get(rounds.size() / 2);
        }
    }

    /** {@code path} gives the path of the n-th request. */
    Measured run(int port, int connections, Duration duration, IntFunction<String> path) throws InterruptedException {
        return send(port, connections, duration, n -> Request.get(path.apply(n)));
    }

    /** {@code requests} gives the n-th request. */
    Measured send(int port, int connections, Duration duration, IntFunction<Request> requests)
            throws InterruptedException {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port)
                .setMaxPoolSize(connections)
                .setKeepAlive(true));
        Round round = new Round(client, connections, System.nanoTime() + duration.toNanos(), requests);
        long start = System.nanoTime();
        round.start();
        round.done.await();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        client.close().toCompletionStage().toCompletableFuture().join();
        if (round.failed.get() > 0) {
            throw new IllegalStateException(round.failed.get() + " requests failed");
        }
        return round.measured(took);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class Round {
        private static final int MOST = 4_000_000;

        private final HttpClient client;
        private final int connections;
        private final long end;
        private final IntFunction<Request> requests;
        private final long[] latencies = new long[MOST];
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicLong failed = new AtomicLong();
        private final CountDownLatch done;

        Round(HttpClient client, int connections, long end, IntFunction<Request> requests) {
            this.client = client;
            this.connections = connections;
            this.end = end;
            this.requests = requests;
            this.done = new CountDownLatch(connections);
        }

        void start() {
            for (int i = 0; i < connections; i++) {
                vertx.getOrCreateContext().runOnContext(_ -> next());
            }
        }

        private void next() {
            long start = System.nanoTime();
            if (start > end || asked.get() >= MOST) {
                done.countDown();
                return;
            }
            Request next = requests.apply(asked.getAndIncrement());
            client.request(next.method(), next.path())
                    .compose(request -> request.putHeader("Authorization", authorization)
                            .putHeader("Content-Type", "application/json")
                            .send(next.body()))
                    .compose(response -> response.body().map(_ -> response))
                    .onComplete(answer -> {
                        if (answer.succeeded() && answer.result().statusCode() == next.expected()) {
                            latencies[answered.getAndIncrement()] = System.nanoTime() - start;
                        } else {
                            failed.incrementAndGet();
                        }
                        next();
                    });
        }

        Measured measured(Duration took) {
            return Measured.of(latencies, answered.get(), took);
        }
    }
}
