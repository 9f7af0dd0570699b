package dev.tidegate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Downloads: a first pull of a million objects beside a hand-written export of the same rows; what a hundred changes among a million
 * cost, beside a hundred among ten thousand; from a commit to the client that listens; and ten thousand listeners. The gateway has 256 MiB of heap.
 */
public final class PullBenchmark {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int LARGE = Integer.getInteger("bench.rows", 1_000_000);
    private static final int SMALL = 10_000;
    private static final int CHANGED = 100;
    private static final int DELTAS = 150;
    private static final int WARM_UP = 200;
    private static final int COMMITS = 500;
    private static final int LISTENERS = 10_000;
    private static final List<String> CALLS =
            List.of(System.getProperty("bench.calls", "all").split(","));
    private static final String CHANGES = "/v1/profiles/NativeMobile/changes";

    /** Without the model's version: to an older app stock levels are {@code all}. */
    private static final String PULL = CHANGES + "?entities=FieldService.StockLevel";

    private static final ObjectMapper JSON = new ObjectMapper();

    private PullBenchmark() {}

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        try (Side large = new Side("pull-large", arguments[0], LARGE)) {
            if (isAsked("first")) {
                first(large);
            }
            if (isAsked("delta")) {
                try (Side small = new Side("pull-small", arguments[0], SMALL)) {
                    delta(large, small);
                }
            }
            if (isAsked("hint")) {
                hint(large);
            }
            if (isAsked("listeners")) {
                listeners(large);
            }
        }
    }

    private static boolean isAsked(String call) {
        return CALLS.contains("all") || CALLS.contains(call);
    }

    private static void first(Side side) throws InterruptedException, IOException {
        try (ServerProcess byHand = LiveReadBenchmark.handWritten(side.field);
                Exports exports = new Exports(Load.credentials("ada"))) {
            byHand.awaitListening();
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            for (int round = -1; round < ROUNDS; round++) {
                Exports.Measured our = exports.run(side.gateway.port(), PULL);
                Exports.Measured their = exports.run(byHand.port(), PULL);
                if (our.objects() < LARGE || their.objects() != LARGE) {
                    throw new IllegalStateException("the sides differ: " + our + " " + their);
                }
                if (round >= 0) {
                    ours.add(LARGE / (our.took().toNanos() / 1e9));
                    theirs.add(their.perSecond());
                }
            }
            ours.sort(null);
            theirs.sort(null);
            double our = ours.get(ROUNDS / 2);
            double their = theirs.get(ROUNDS / 2);
            System.out.println("| first pull of " + LARGE
                    + " objects | gateway objects/s | by hand objects/s | ratio | gateway's peak RSS, MiB |");
            System.out.println("| --- | --- | --- | --- | --- |");
            System.out.printf(
                    Locale.ROOT,
                    "| NDJSON | %.0f | %.0f | %.2f | %d |%n",
                    our,
                    their,
                    our / their,
                    side.gateway.peakMebibytes());
        }
    }

    private static void delta(Side large, Side small) throws InterruptedException, IOException {
        Puller ofLarge = new Puller(large);
        Puller ofSmall = new Puller(small);
        ofLarge.pull();
        ofSmall.pull();
        long[] longs = new long[DELTAS];
        long[] shorts = new long[DELTAS];
        for (int i = -WARM_UP; i < DELTAS; i++) {
            long inLarge = delta(large, ofLarge);
            long inSmall = delta(small, ofSmall);
            if (i >= 0) {
                longs[i] = inLarge;
                shorts[i] = inSmall;
            }
        }
        Arrays.sort(longs);
        Arrays.sort(shorts);
        System.out.println("| delta of " + CHANGED + " objects | p50 ms | p99 ms |");
        System.out.println("| --- | --- | --- |");
        System.out.printf(Locale.ROOT, "| among %d | %.2f | %.2f |%n", LARGE, millis(longs, 0.5), millis(longs, 0.99));
        System.out.printf(
                Locale.ROOT, "| among %d | %.2f | %.2f |%n", SMALL, millis(shorts, 0.5), millis(shorts, 0.99));
        System.out.printf(Locale.ROOT, "| ratio | %.2f | |%n", millis(longs, 0.5) / millis(shorts, 0.5));
    }

    private static long delta(Side side, Puller puller) throws InterruptedException, IOException {
        side.change(CHANGED);
        long start = System.nanoTime();
        int put = puller.pull();
        long took = System.nanoTime() - start;
        if (put != CHANGED) {
            throw new IllegalStateException(put + " objects came of " + CHANGED);
        }
        return took;
    }

    private static void hint(Side side) throws InterruptedException, IOException {
        Puller puller = new Puller(side);
        puller.pull();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Thread listening = Thread.ofVirtual().start(() -> puller.listen(heard));
        heard.take();
        Random random = new Random(1);
        long[] hints = new long[COMMITS];
        long[] both = new long[COMMITS];
        for (int i = -WARM_UP; i < COMMITS; i++) {
            TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(300));
            heard.clear();
            side.change(1);
            long committed = System.nanoTime();
            long hinted = committed;
            int put = 0;
            while (put == 0) {
                heard.take();
                hinted = System.nanoTime();
                put = puller.pull();
            }
            if (i >= 0) {
                hints[i] = hinted - committed;
                both[i] = System.nanoTime() - committed;
            }
        }
        listening.interrupt();
        Arrays.sort(hints);
        Arrays.sort(both);
        System.out.println("| commit to client | p50 ms | p99 ms |");
        System.out.println("| --- | --- | --- |");
        System.out.printf(Locale.ROOT, "| hint | %.2f | %.2f |%n", millis(hints, 0.5), millis(hints, 0.99));
        System.out.printf(
                Locale.ROOT, "| hint, and then pull | %.2f | %.2f |%n", millis(both, 0.5), millis(both, 0.99));
    }

    private static void listeners(Side side) throws InterruptedException {
        int before = side.gateway.residentMebibytes();
        Vertx vertx = Vertx.vertx();
        try (Listeners listeners = new Listeners(vertx, side.gateway.port(), Load.credentials("ada"), LISTENERS)) {
            CountDownLatch all = listeners.open(CHANGES + "/events?client=");
            if (!all.await(3, TimeUnit.MINUTES)) {
                throw new IllegalStateException(all.getCount() + " listeners were not let in");
            }
            TimeUnit.SECONDS.sleep(3);
            Duration cpu = side.gateway.cpu();
            TimeUnit.SECONDS.sleep(10);
            double idle = side.gateway.cpu().minus(cpu).toNanos() / 10e9;
            long[] took = {};
            for (int round = 0; round < 5; round++) {
                took = listeners.heardAfter(() -> side.change(1));
                TimeUnit.SECONDS.sleep(2);
            }
            System.out.println(
                    "| listeners | heard p50 ms | p99 ms | last ms | of a processor, idle | RSS before and with them, MiB |");
            System.out.println("| --- | --- | --- | --- | --- | --- |");
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.1f | %.1f | %.1f | %.2f | %d, %d |%n",
                    LISTENERS,
                    millis(took, 0.5),
                    millis(took, 0.99),
                    millis(took, 1),
                    idle,
                    before,
                    side.gateway.residentMebibytes());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted[(int) ((sorted.length - 1) * quantile)] / 1e6;
    }

    /** A gateway and its store, with so many stock levels. */
    private static final class Side implements AutoCloseable {
        private final TestDatabase queue = TestDatabase.create();
        private final TestDatabase field = TestDatabase.create();
        private final ServerProcess gateway;
        private final int rows;
        private int changed;

        Side(String name, String jar, int rows) throws InterruptedException {
            this.rows = rows;
            int port = ServerProcess.freePort();
            List<String> arguments = new ArrayList<>(List.of(
                    "-Xms256m",
                    "-Xmx256m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Dquarkus.http.port=" + port,
                    "-Dquarkus.management.port=" + ServerProcess.freePort(),
                    "-Dtidegate.users.ada.password=ada",
                    "-Dtidegate.users.ada.roles=Engineer"));
            LiveReadBenchmark.address("tidegate.database", queue, arguments);
            LiveReadBenchmark.address("tidegate.stores.field", field, arguments);
            arguments.addAll(List.of("-jar", jar));
            gateway = ServerProcess.start(name, port, arguments);
            gateway.awaitListening();
            field.run("TRUNCATE field_service.stock_level CASCADE");
            field.run("INSERT INTO field_service.stock_level"
                    + " (id, quantity, weight, counted_at, part_number, site_id, work_order_id)"
                    + " SELECT md5('bench' || n)::uuid, n % 1000, n / 8.0, timestamptz '2026-01-01' + n * interval '1 second',"
                    + " 'P-' || n % 5000, md5('site' || n % 500)::uuid, md5('order' || n % 2000)::uuid"
                    + " FROM generate_series(1, " + rows + ") n");
            field.run("VACUUM ANALYZE field_service.stock_level");
            TimeUnit.SECONDS.sleep(5);
        }

        /** Others than the last time. */
        void change(int count) {
            int from = 1 + changed % (rows - count);
            changed += count;
            field.run("UPDATE field_service.stock_level SET quantity = quantity + 1 WHERE id IN"
                    + " (SELECT md5('bench' || n)::uuid FROM generate_series(" + from + ", " + (from + count - 1)
                    + ") n)");
        }

        @Override
        public void close() {
            gateway.close();
            field.close();
            queue.close();
        }
    }

    /** A client that has a cursor. */
    private static final class Puller {
        private final HttpClient http = HttpClient.newHttpClient();
        private final String base;
        private String cursor = "";

        Puller(Side side) {
            this.base = "http://127.0.0.1:" + side.gateway.port();
        }

        /** How many objects came. */
        int pull() throws InterruptedException, IOException {
            HttpResponse<java.util.stream.Stream<String>> answer = http.send(
                    request(PULL + (cursor.isEmpty() ? "" : "&since=" + cursor)).build(),
                    HttpResponse.BodyHandlers.ofLines());
            int put = 0;
            String last = "";
            for (String line : (Iterable<String>) answer.body()::iterator) {
                put += line.startsWith("{\"put\"") ? 1 : 0;
                last = line;
            }
            JsonNode end = JSON.readTree(last);
            if (answer.statusCode() != 200 || end.path("more").asBoolean(true)) {
                throw new IllegalStateException(answer.statusCode() + " " + last);
            }
            cursor = end.get("cursor").asText();
            return put;
        }

        void listen(BlockingQueue<String> heard) {
            try {
                http.send(
                                request(CHANGES + "/events?client=" + UUID.randomUUID())
                                        .build(),
                                HttpResponse.BodyHandlers.ofLines())
                        .body()
                        .filter(line -> line.startsWith("event: change") || line.startsWith(": listening"))
                        .forEach(heard::add);
            } catch (IOException | UncheckedIOException | InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(base + path))
                    .header("Authorization", Load.credentials("ada"))
                    .header("Accept", path.contains("/events") ? "text/event-stream" : "application/x-ndjson");
        }
    }
}
