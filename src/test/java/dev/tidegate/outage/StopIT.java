package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a gateway that has calls under way: each ends whole or is seen to be cut, and what was accepted is done. */
class StopIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STOCK = BatchCalls.MOBILE + "/objects/FieldService.StockLevel";
    private static final String NDJSON = "application/x-ndjson";
    private static final String STOCK_END = "{\"end\":{\"count\":50000}}";
    private static final UUID CLIENT = UUID.randomUUID();
    private static final int BY_SIGTERM = 128 + 15;

    @TempDir
    Path directory;

    @Test
    void calls_under_way_end_whole_who_listens_is_told_and_what_was_accepted_is_done() throws Exception {
        try (GatewayProcess gateway = gateway("stop-whole", Map.of("quarkus.shutdown.delay", "2s"));
                BatchCalls calls = new BatchCalls(gateway);
                ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            start(gateway, calls);
            try (SlowAnswer live = live(gateway);
                    SlowAnswer download = download(gateway);
                    SlowAnswer events = events(gateway)) {
                gateway.terminate();

                Until.holds("unready", SOON, () -> gateway.health("ready") == 503);
                assertThat(events.takeRest().isWhole()).isTrue();
                assertThat(events.lines()).endsWith("event: bye", "data: {\"reason\":\"shutdown\"}", "");
                try (SlowAnswer late = events(gateway)) {
                    assertThat(late.takeRest().isWhole()).isTrue();
                    assertThat(late.lines()).contains("event: bye");
                }
                Future<List<String>> sent = beside.submit(() -> sendUntilRefused(calls));

                assertWhole(live, STOCK_END);
                assertWhole(download, "\"more\":true");
                assertEndedWell(gateway);

                List<String> accepted = sent.get();
                assertThat(accepted).isNotEmpty();
                gateway.start();
                for (String batch : accepted) {
                    Until.holds("batch " + batch, SOON, () -> isApplied(calls, batch));
                }
                assertGoesOn(download, gateway);
            }
        }
    }

    @Test
    void calls_whose_clients_take_nothing_are_cut_at_the_end_of_the_grace_period() throws Exception {
        try (GatewayProcess gateway = gateway("stop-cut", Map.of("quarkus.shutdown.timeout", "2s"));
                BatchCalls calls = new BatchCalls(gateway)) {
            start(gateway, calls);
            try (SlowAnswer live = live(gateway);
                    SlowAnswer download = download(gateway)) {
                gateway.terminate();

                assertEndedWell(gateway);
                assertCut(live, STOCK_END);
                download.takeRest();
                assertThat(download.lines()).noneMatch(line -> line.contains("\"more\":false"));
            }
        }
    }

    private GatewayProcess gateway(String name, Map<String, String> configuration) throws IOException {
        Map<String, String> all = new TreeMap<>(configuration);
        all.put("tidegate.embedded.directory", directory.toString());
        GatewayProcess gateway = new GatewayProcess(name, all);
        Files.deleteIfExists(gateway.log());
        return gateway;
    }

    /** Downloads begin a little after the gateway is ready, when the change logs are complete. */
    private static void start(GatewayProcess gateway, BatchCalls calls) {
        gateway.start();
        Until.holds(
                "downloads",
                SOON,
                () -> calls.get(BatchCalls.MOBILE + "/changes?entities=FieldService.Skill")
                        .body()
                        .contains("\"put\""));
    }

    private static SlowAnswer live(GatewayProcess gateway) throws IOException {
        return new SlowAnswer(gateway.at(STOCK), "ada", NDJSON).takeUntil("\"id\"");
    }

    /** Of an app that does not know the model, so that the stock is part of it. */
    private static SlowAnswer download(GatewayProcess gateway) throws IOException {
        return download(gateway, "").takeUntil("\"put\"");
    }

    private static SlowAnswer download(GatewayProcess gateway, String further) throws IOException {
        return new SlowAnswer(gateway.at(BatchCalls.MOBILE + "/changes?client=" + CLIENT + further), "ada", NDJSON);
    }

    private static SlowAnswer events(GatewayProcess gateway) throws IOException {
        return new SlowAnswer(
                        gateway.at(BatchCalls.MOBILE + "/changes/events?client=" + UUID.randomUUID()),
                        "ada",
                        "text/event-stream")
                .takeUntil(": listening");
    }

    /** One batch after the other, as long as some are taken; the ids of those that were. */
    private static List<String> sendUntilRefused(BatchCalls calls) throws InterruptedException {
        List<String> accepted = new ArrayList<>();
        try {
            while (true) {
                JsonObject batch = batch();
                HttpResponse<String> answer = calls.send(batch);
                if (answer.statusCode() != 202) {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                    return accepted;
                }
                accepted.add(batch.getString("batchId"));
                Until.pause(Duration.ofMillis(50));
            }
        } catch (IOException notTaken) {
            return accepted;
        }
    }

    private static boolean isApplied(BatchCalls calls, String batch) throws IOException, InterruptedException {
        return new JsonObject(calls.get(BatchCalls.MOBILE + "/batches/" + batch).body())
                .getString("state")
                .equals("applied");
    }

    private static JsonObject batch() {
        JsonObject create = new JsonObject()
                .put("op", "create")
                .put("entity", "FieldService.Note")
                .put("id", UUID.randomUUID().toString())
                .put("attributes", new JsonObject().put("Text", "written while the gateway stops"));
        return new JsonObject()
                .put("batchId", UUID.randomUUID().toString())
                .put("clientId", UUID.randomUUID().toString())
                .put("operations", new JsonArray().add(create));
    }

    private static void assertWhole(SlowAnswer answer, String end) throws IOException {
        answer.takeRest();
        assertThat(answer.status()).contains("200");
        assertThat(answer.lines().getLast()).contains(end);
        assertThat(answer.isWhole()).isTrue();
    }

    /** From the cursor that the download ended with; together they are the whole stock. */
    private static void assertGoesOn(SlowAnswer download, GatewayProcess gateway) throws IOException {
        String cursor = new JsonObject(download.lines().getLast()).getString("cursor");
        try (SlowAnswer rest = download(gateway, "&since=" + cursor)) {
            assertWhole(rest, "\"more\":false");
            assertThat(stock(download) + stock(rest)).isEqualTo(50_000);
        }
    }

    private static long stock(SlowAnswer download) {
        return download.lines().stream()
                .filter(line -> line.startsWith("{\"put\"") && line.contains("\"entity\":\"FieldService.StockLevel\""))
                .count();
    }

    /** The connection broke off, or the last line is a problem. */
    private static void assertCut(SlowAnswer answer, String end) throws IOException {
        answer.takeRest();
        assertThat(answer.isWhole() && !answer.lines().getLast().startsWith("{\"problem\""))
                .isFalse();
        assertThat(answer.lines()).noneMatch(line -> line.contains(end));
    }

    private static void assertEndedWell(GatewayProcess gateway) throws Exception {
        assertThat(gateway.awaitExit(SOON)).isIn(0, BY_SIGTERM);
        assertThat(Files.readAllLines(gateway.log()))
                .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    }
}
