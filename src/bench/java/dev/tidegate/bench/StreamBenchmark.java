package dev.tidegate.bench;

import dev.tidegate.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Streams millions of objects out of a gateway that has 128 MiB of heap, and tells how fast. */
public final class StreamBenchmark {
    private static final int ROWS = Integer.getInteger("bench.rows", 5_000_000);
    private static final String PATH = "/v1/profiles/Web/objects/FieldService.StockLevel";

    private StreamBenchmark() {}

    /** Argument: the path of the gateway's jar. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        try (TestDatabase queue = TestDatabase.create();
                TestDatabase field = TestDatabase.create();
                ServerProcess gateway = gateway(arguments[0], queue, field)) {
            gateway.awaitListening();
            int before = stream(gateway, 50_000);
            if (before != 50_000) {
                throw new IllegalStateException("the demo has " + before + " rows");
            }
            field.run("""
                    INSERT INTO field_service.stock_level (id, quantity, weight, counted_at)
                    SELECT gen_random_uuid(), n %% 1000, n / 8.0, timestamptz '2026-01-01' + n * interval '1 second'
                      FROM generate_series(1, %d) n
                    """.formatted(ROWS - before), "VACUUM ANALYZE field_service.stock_level");
            stream(gateway, ROWS);
        }
    }

    private static int stream(ServerProcess gateway, int rows) throws InterruptedException, IOException {
        long start = System.nanoTime();
        int lines = 0;
        long bytes = 0;
        String last = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + PATH))
                    .header("Authorization", Load.credentials("dora"))
                    .header("Accept", "application/x-ndjson")
                    .build();
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                            .body(),
                    StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines++;
                    bytes += line.length() + 1;
                    last = line;
                }
            }
        }
        if (!last.equals("{\"end\":{\"count\":" + rows + "}}")) {
            throw new IllegalStateException("the stream ended with " + last);
        }
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
        System.out.printf(
                Locale.ROOT,
                "%d objects, %d MiB, in %.1f s: %.0f objects/s%n",
                lines - 1,
                bytes >> 20,
                seconds,
                (lines - 1) / seconds);
        return lines - 1;
    }

    private static ServerProcess gateway(String jar, TestDatabase queue, TestDatabase field) {
        int port = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "-Xms128m",
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + ServerProcess.freePort(),
                "-Dtidegate.limits.read-timeout=60s",
                "-Dtidegate.users.dora.password=dora",
                "-Dtidegate.users.dora.roles=Dispatcher"));
        LiveReadBenchmark.address("tidegate.database", queue, arguments);
        LiveReadBenchmark.address("tidegate.stores.field", field, arguments);
        arguments.addAll(List.of("-jar", jar));
        return ServerProcess.start("stream", port, arguments);
    }
}
