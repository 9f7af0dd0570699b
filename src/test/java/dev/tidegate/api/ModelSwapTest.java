package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.api.ReloadedGateway.Shop;
import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Until;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two models by turns under load: no answer is lost, and each is whole by one of them. */
@QuarkusTest
@TestProfile(ReloadedGateway.Asked.class)
class ModelSwapTest {
    private static final int SWAPS = 24;
    private static final int READERS = 6;
    private static final String WEB = "/v1/profiles/Web";
    private static final String MOBILE = "/v1/profiles/Mobile";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> versions = ConcurrentHashMap.newKeySet();

    /** The members of an item, by the version of the model. */
    private final Map<String, Set<String>> members = new ConcurrentHashMap<>();

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final Queue<String> batches = new ConcurrentLinkedQueue<>();

    private interface Work {
        void once() throws Exception;
    }

    private Thread again(Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                while (!over.get() && failures.isEmpty()) {
                    work.once();
                }
            } catch (Exception | AssertionError failure) {
                failures.add(failure);
            }
        });
    }

    private static HttpRequest.Builder request(String path, String accept) {
        String credentials = Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path))
                .header("Authorization", "Basic " + credentials)
                .header("Accept", accept)
                .timeout(LONG);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request(path, "application/json").build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
        answers.incrementAndGet();
        return answer;
    }

    private String versionOf(HttpResponse<?> answer) {
        String version = answer.headers().firstValue("Tidegate-Model").orElseThrow();
        versions.add(version);
        return version;
    }

    private Set<String> membersOf(HttpResponse<?> answer) {
        return Objects.requireNonNull(members.get(versionOf(answer)), "a version that is one of the two");
    }

    private static Set<String> names(JsonNode attributes) {
        Set<String> names = new HashSet<>();
        attributes.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void page() throws Exception {
        HttpResponse<String> answer = get(WEB + "/objects/Shop.Item?limit=20");
        for (JsonNode object : JSON.readTree(answer.body()).get("objects")) {
            assertThat(names(object.get("attributes"))).isEqualTo(membersOf(answer));
        }
    }

    private void manifest() throws Exception {
        HttpResponse<String> answer = get(MOBILE);
        JsonNode manifest = JSON.readTree(answer.body());
        assertThat(manifest.get("modelVersion").textValue()).isEqualTo(versionOf(answer));
        assertThat(names(manifest.get("entities").get("Shop.Item").get("attributes")))
                .isEqualTo(membersOf(answer));
    }

    private void pull() throws Exception {
        HttpResponse<String> answer = get(MOBILE + "/changes?limit=50");
        for (JsonNode line : JSON.readTree(answer.body()).get("lines")) {
            if (line.has("put")) {
                assertThat(names(line.get("put").get("attributes"))).isEqualTo(membersOf(answer));
            }
        }
    }

    private void stream() throws Exception {
        HttpResponse<InputStream> answer = http.send(
                request(WEB + "/objects/Shop.Item", "application/x-ndjson").build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            isWhole(answer, lines);
        }
        streams.incrementAndGet();
    }

    private void isWhole(HttpResponse<?> answer, BufferedReader lines) throws IOException {
        Set<String> expected = membersOf(answer);
        int count = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode object = JSON.readTree(line);
            if (object.has("end")) {
                assertThat(count).isGreaterThanOrEqualTo(ReloadedGateway.ROWS);
                return;
            }
            assertThat(names(object.get("attributes"))).as(line).isEqualTo(expected);
            count++;
        }
        throw new AssertionError("a stream without its end, after " + count + " lines");
    }

    /** What both models have: whichever takes it in and whichever applies it. */
    private void batch() throws Exception {
        String batch = UUID.randomUUID().toString();
        HttpResponse<String> answer = http.send(
                request(MOBILE + "/batches", "application/json")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                """
                                {"batchId":"%s","clientId":"%s","operations":[
                                  {"op":"create","entity":"Shop.Item","id":"%s","attributes":{"Title":"swapped"}}]}
                                """.formatted(batch, UUID.randomUUID(), UUID.randomUUID())))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        batches.add(batch);
        answers.incrementAndGet();
    }

    private void write() throws Exception {
        HttpResponse<String> answer = http.send(
                request(WEB + "/objects/Shop.Item", "application/json")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"attributes\":{\"Title\":\"live\"}}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(names(JSON.readTree(answer.body()).get("attributes"))).isEqualTo(membersOf(answer));
        answers.incrementAndGet();
    }

    private static String serve(Shop shop) {
        ReloadedGateway.replace(shop.text());
        return given().auth()
                .preemptive()
                .basic("otto", "otto")
                .post("/admin/model")
                .then()
                .statusCode(200)
                .extract()
                .path("version");
    }

    @Test
    void no_answer_is_lost_and_none_mixes_the_two() throws Exception {
        String one = serve(Shop.USUAL.withNote());
        String other = serve(Shop.USUAL);
        members.put(one, Set.of("Title", "Note"));
        members.put(other, Set.of("Title"));
        HttpResponse<InputStream> slow = http.send(
                request(WEB + "/objects/Shop.Item?limit=" + ReloadedGateway.ROWS, "application/x-ndjson")
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(versionOf(slow)).isEqualTo(other);
        versions.clear();

        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            load.add(again(this::page));
        }
        load.add(again(this::manifest));
        load.add(again(this::pull));
        load.add(again(this::stream));
        load.add(again(this::write));
        load.add(again(this::batch));
        load.add(again(this::batch));
        for (int i = 0; i < SWAPS && failures.isEmpty(); i++) {
            serve(i % 2 == 0 ? Shop.USUAL.withNote() : Shop.USUAL);
        }
        over.set(true);
        for (Thread thread : load) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(versions).containsExactlyInAnyOrder(one, other);
        assertThat(answers.get()).isGreaterThan(SWAPS * 20);
        assertThat(streams.get()).isPositive();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(slow.body(), StandardCharsets.UTF_8))) {
            isWhole(slow, lines);
        }
        Until.holds("all " + batches.size() + " batches are applied", LONG, () -> applied() == batches.size());
    }

    private static int applied() throws SQLException {
        try (Connection store = FieldStore.connect();
                Statement statement = store.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM shop.item WHERE title = 'swapped'")) {
            found.next();
            return found.getInt(1);
        }
    }
}
