package dev.tidegate.bench;

import dev.tidegate.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * Live reads beside a hand-written handler ({@link HandWritten}): one object by id, and a page of twenty. Both sides run on
 * the same database, are warmed up, must give the same bytes (but for the cursor of the next page, which only the gateway
 * gives), and then take turns, so that the machine's moods hit both.
 */
public final class LiveReadBenchmark {
    private static final Pattern NEXT = Pattern.compile(",\"next\":\"[^\"]*\"}$");
    private static final int[] CONNECTIONS = {1, 16, 64};
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 4));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warmup", 25));
    /** Which of the calls are measured. */
    private static final List<String> CALLS =
            List.of(System.getProperty("bench.calls", "all").split(","));

    private static final int POOL = 8;
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final String OBJECTS = "/v1/profiles/Web/objects/FieldService.StockLevel";
    private static final String PAGE = OBJECTS + "?limit=20";

    private final List<String> ids;
    private final ServerProcess gateway;
    private final ServerProcess handWritten;
    private final Load load;

    private LiveReadBenchmark(List<String> ids, ServerProcess gateway, ServerProcess handWritten, Load load) {
        this.ids = ids;
        this.gateway = gateway;
        this.handWritten = handWritten;
        this.load = load;
    }

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        try (TestDatabase queue = TestDatabase.create();
                TestDatabase field = TestDatabase.create();
                ServerProcess gateway = gateway(arguments[0], queue, field);
                ServerProcess handWritten = handWritten(field);
                Load load = new Load(Load.credentials("dora"))) {
            gateway.awaitListening();
            handWritten.awaitListening();
            fill(field, ROWS);
            List<String> ids = new ArrayList<>();
            field.column("SELECT id::text FROM field_service.stock_level ORDER BY md5(id::text) LIMIT 5000")
                    .forEach(id -> ids.add(Objects.requireNonNull(id)));
            new LiveReadBenchmark(ids, gateway, handWritten, load).run();
        }
    }

    private void run() throws InterruptedException, IOException {
        requireSameAnswers(byId(0));
        requireSameAnswers(PAGE);
        System.out.println("| call | connections | gateway req/s | p50 ms | p99 ms | CPU µs"
                + " | by hand req/s | p50 ms | p99 ms | CPU µs | ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        if (isAsked("by-id")) {
            compare("by id", this::byId);
        }
        if (isAsked("page")) {
            compare("page of 20", _ -> PAGE);
        }
        if (isAsked("export")) {
            export();
        }
    }

    private static boolean isAsked(String call) {
        return CALLS.contains("all") || CALLS.contains(call);
    }

    /** Stock levels like the demo's, until there are enough. */
    static void fill(TestDatabase field, int rows) {
        field.run("INSERT INTO field_service.stock_level"
                + " (id, quantity, weight, counted_at, part_number, site_id, work_order_id)"
                + " SELECT md5('bench' || n)::uuid, n % 1000, n / 8.0, timestamptz '2026-01-01' + n * interval '1 second',"
                + " 'P-' || n % 5000, md5('site' || n % 500)::uuid, md5('order' || n % 2000)::uuid"
                + " FROM generate_series(1, "
                + rows + " - (SELECT count(*) FROM field_service.stock_level)) n");
        field.run("VACUUM ANALYZE field_service.stock_level");
    }

    private void export() throws InterruptedException, IOException {
        System.out.println();
        System.out.println("| export of " + ROWS + " objects | gateway objects/s | by hand objects/s | ratio |");
        System.out.println("| --- | --- | --- | --- |");
        try (Exports exports = new Exports(Load.credentials("dora"))) {
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            for (int round = -1; round < ROUNDS; round++) {
                Exports.Measured our = exports.run(gateway.port(), OBJECTS);
                Exports.Measured their = exports.run(handWritten.port(), OBJECTS);
                if (our.objects() != their.objects() || our.bytes() != their.bytes()) {
                    throw new IllegalStateException("the sides differ: " + our + " " + their);
                }
                if (round >= 0) {
                    ours.add(our.perSecond());
                    theirs.add(their.perSecond());
                }
            }
            ours.sort(null);
            theirs.sort(null);
            double our = ours.get(ROUNDS / 2);
            double their = theirs.get(ROUNDS / 2);
            System.out.printf(Locale.ROOT, "| NDJSON | %.0f | %.0f | %.2f |%n", our, their, our / their);
        }
    }

    private void compare(String call, IntFunction<String> path) throws InterruptedException {
        load.run(gateway.port(), 16, WARM_UP, path);
        load.run(handWritten.port(), 16, WARM_UP, path);
        for (int connections : CONNECTIONS) {
            List<Round> ours = new ArrayList<>();
            List<Round> theirs = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(round(gateway, connections, path));
                theirs.add(round(handWritten, connections, path));
            }
            Round our = Round.middle(ours);
            Round their = Round.middle(theirs);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %.2f |%n",
                    call,
                    connections,
                    our,
                    their,
                    our.load.perSecond() / their.load.perSecond());
        }
    }

    private Round round(ServerProcess side, int connections, IntFunction<String> path) throws InterruptedException {
        Duration before = side.cpu();
        Load.Measured measured = load.run(side.port(), connections, ROUND, path);
        return new Round(measured, side.cpu().minus(before));
    }

    /** What one round of one side has shown, and what of the processors the side took for it. */
    private record Round(Load.Measured load, Duration cpu) {
        static Round middle(List<Round> rounds) {
            List<Round> sorted = new ArrayList<>(rounds);
            sorted.sort(Comparator.comparingDouble(round -> round.load.perSecond()));
            return sorted.get(rounds.size() / 2);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f | %.2f | %.2f | %.0f",
                    load.perSecond(),
                    load.medianMillis(),
                    load.slowest99Millis(),
                    cpu.toNanos() / 1e3 / load.answers());
        }
    }

    private String byId(int n) {
        return OBJECTS + "/" + ids.get(n % ids.size());
    }

    private void requireSameAnswers(String path) throws InterruptedException, IOException {
        String ours = NEXT.matcher(answer(gateway, path)).replaceFirst("}");
        String theirs = answer(handWritten, path);
        if (!ours.equals(theirs)) {
            throw new IllegalStateException("the sides differ on " + path + ":\n" + ours + "\n" + theirs);
        }
    }

    private static String answer(ServerProcess side, String path) throws InterruptedException, IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + side.port() + path))
                    .header("Authorization", Load.credentials("dora"))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        side.name() + " answered " + response.statusCode() + " to " + path + ": " + response.body());
            }
            return response.body();
        }
    }

    private static ServerProcess gateway(String jar, TestDatabase queue, TestDatabase field) {
        int port = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + ServerProcess.freePort(),
                "-Dtidegate.users.dora.password=dora",
                "-Dtidegate.users.dora.roles=Dispatcher",
                "-Dtidegate.stores.field.pool.max-size=" + POOL));
        address("tidegate.database", queue, arguments);
        address("tidegate.stores.field", field, arguments);
        arguments.addAll(List.of("-jar", jar));
        return ServerProcess.start("gateway", port, arguments);
    }

    static void address(String prefix, TestDatabase database, List<String> arguments) {
        arguments.add("-D" + prefix + ".url=" + database.url());
        arguments.add("-D" + prefix + ".username=" + database.username());
        arguments.add("-D" + prefix + ".password=" + database.password());
    }

    static ServerProcess handWritten(TestDatabase field) {
        int port = ServerProcess.freePort();
        String uri = "postgresql://" + field.username() + ":" + field.password() + "@" + field.host() + ":"
                + field.port() + "/" + field.name();
        int loops = 2 * Runtime.getRuntime().availableProcessors();
        return ServerProcess.start(
                "by-hand",
                port,
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        HandWritten.class.getName(),
                        Integer.toString(port),
                        uri,
                        Integer.toString(POOL),
                        Integer.toString(loops)));
    }
}
