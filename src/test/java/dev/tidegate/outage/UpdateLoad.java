package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of all sorts, which repeat nothing: whatever is not answered as it should be is a failure. */
final class UpdateLoad implements AutoCloseable {
    static final String TEXT = "written while replicas are replaced";

    private static final String STOCK = BatchCalls.MOBILE + "/objects/FieldService.StockLevel";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Balancer balancer;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> created = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicLong slowest = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(11);
    private volatile boolean over;

    UpdateLoad(Balancer balancer) {
        this.balancer = balancer;
    }

    private interface Client {
        void once() throws IOException, InterruptedException;
    }

    void begin() {
        balancer.awaitReady();
        for (int i = 0; i < 3; i++) {
            repeat("read", Duration.ofMillis(50), this::read);
            repeat("send", Duration.ofMillis(100), new Sender()::once);
        }
        for (int i = 0; i < 2; i++) {
            repeat("download", Duration.ofMillis(300), new Puller()::once);
            repeat("listen", Duration.ofMillis(10), this::listen);
        }
        repeat("export", Duration.ofSeconds(2), this::export);
    }

    private void repeat(String sort, Duration pause, Client client) {
        AtomicInteger count = calls.computeIfAbsent(sort, _ -> new AtomicInteger());
        clients.execute(() -> {
            try {
                while (!over) {
                    client.once();
                    count.incrementAndGet();
                    Until.pause(pause);
                }
            } catch (IOException | InterruptedException | RuntimeException failed) {
                failures.add(sort + ": " + failed);
            } finally {
                ended.countDown();
            }
        });
    }

    /** Listeners end when the last gateway does. */
    void end() throws InterruptedException {
        over = true;
        Until.holds("all clients but listeners have ended", PATIENCE, () -> ended.getCount() <= 2);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    List<String> created() {
        return List.copyOf(created);
    }

    /** From a batch's acceptance to its application, at most. */
    Duration slowest() {
        return Duration.ofNanos(slowest.get());
    }

    /** A load in which something never happened shows nothing. */
    void assertAllSorts() {
        assertThat(calls)
                .allSatisfy((sort, count) -> assertThat(count.get()).as(sort).isGreaterThan(2));
    }

    private void read() throws IOException, InterruptedException {
        String answer = answered(request(STOCK + "?limit=20").build(), 200);
        if (new JsonObject(answer).getJsonArray("objects").size() != 20) {
            throw new IllegalStateException(answer);
        }
    }

    private void export() throws IOException, InterruptedException {
        String answer = answered(
                request(STOCK).setHeader("Accept", "application/x-ndjson").build(), 200);
        if (!answer.endsWith("{\"end\":{\"count\":50000}}\n")) {
            throw new IllegalStateException("it ended with " + answer.substring(Math.max(0, answer.length() - 200)));
        }
    }

    private void listen() throws IOException, InterruptedException {
        String answer = answered(
                request(BatchCalls.MOBILE + "/changes/events?client=" + UUID.randomUUID())
                        .setHeader("Accept", "text/event-stream")
                        .timeout(Duration.ofMinutes(2))
                        .build(),
                200);
        if (!answer.endsWith("event: bye\ndata: {\"reason\":\"shutdown\"}\n\n")) {
            throw new IllegalStateException("it ended with " + answer.substring(Math.max(0, answer.length() - 200)));
        }
    }

    private final class Sender {
        private final String client = UUID.randomUUID().toString();

        void once() throws IOException, InterruptedException {
            String id = UUID.randomUUID().toString();
            String batch = UUID.randomUUID().toString();
            JsonObject create = new JsonObject()
                    .put("op", "create")
                    .put("entity", "FieldService.Note")
                    .put("id", id)
                    .put("attributes", new JsonObject().put("Text", TEXT));
            JsonObject body = new JsonObject()
                    .put("batchId", batch)
                    .put("clientId", client)
                    .put("operations", new JsonArray().add(create));
            var _ = answered(
                    request(BatchCalls.MOBILE + "/batches")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(body.encode()))
                            .build(),
                    202);
            created.add(id);
            long accepted = System.nanoTime();
            String state;
            do {
                String answer = answered(
                        request(BatchCalls.MOBILE + "/batches/" + batch + "?wait=20")
                                .build(),
                        200);
                state = new JsonObject(answer).getString("state");
            } while (state.equals("queued") || state.equals("applying"));
            slowest.accumulateAndGet(System.nanoTime() - accepted, Math::max);
            if (!state.equals("applied")) {
                throw new IllegalStateException(batch + " is " + state);
            }
        }
    }

    private final class Puller {
        private final String client = UUID.randomUUID().toString();
        private Optional<String> cursor = Optional.empty();

        void once() throws IOException, InterruptedException {
            String answer = answered(
                    request(BatchCalls.MOBILE + "/changes?client=" + client
                                    + cursor.map(since -> "&since=" + since).orElse(""))
                            .setHeader("Accept", "application/x-ndjson")
                            .build(),
                    200);
            JsonObject last = new JsonObject(answer.lines().toList().getLast());
            if (last.getBoolean("more") == null) {
                throw new IllegalStateException("it ended with " + last);
            }
            cursor = Optional.of(last.getString("cursor"));
            if (answer.contains("\"unavailable\"")) {
                throw new IllegalStateException("a store was not there: " + answer);
            }
        }
    }

    private String answered(HttpRequest request, int status) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new IllegalStateException(request.method() + " "
                    + request.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(balancer.next().at(path))
                .timeout(PATIENCE)
                .header("Authorization", BatchCalls.ADA)
                .header("Accept", "application/json");
    }

    @Override
    public void close() {
        over = true;
        clients.shutdownNow();
        http.close();
    }
}
