package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries answered as streams, on the demo, with clients that read slowly, not at all, or go away. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(StreamsTest.Impatient.class)
class StreamsTest {
    private static final String WEB = "/v1/profiles/Web/";
    private static final String LEVELS = WEB + "objects/FieldService.StockLevel";
    private static final String NDJSON = "application/x-ndjson";
    /** Long enough for a machine that is busy with other things. */
    private static final Duration STALL = Duration.ofSeconds(5);

    /** Two streams at a time, and little patience with clients. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "tidegate.limits.stream-stall",
                    STALL.toSeconds() + "s",
                    "tidegate.stores.field.pool.max-streams",
                    "2");
        }
    }

    @Inject
    RequestsInHand inHand;

    @Inject
    Vertx vertx;

    /** A gateway that is told to stop would wait for a request that is never done. */
    @AfterEach
    void nothingIsLeft() {
        Until.holds("no stream left in the store", STALL.plusSeconds(5), () -> held() == 0);
        Until.holds("no request left in hand", Duration.ofSeconds(3), () -> inHand.count() == 0);
    }

    @Nested
    class A_stream {
        @Test
        void has_every_object_in_a_line_as_a_page_has_it_and_tells_at_its_end_how_many() {
            Response answer = streaming().queryParam("sort", "Quantity desc").get(LEVELS);
            answer.then().statusCode(200).contentType(startsWith(NDJSON)).header("Cache-Control", "private, no-store");
            List<String> lines = lines(answer);
            assertThat(lines).hasSize(50_001).last().isEqualTo("{\"end\":{\"count\":50000}}");
            String page = as("dora")
                    .queryParam("sort", "Quantity desc")
                    .queryParam("limit", 10_000)
                    .get(LEVELS)
                    .asString();
            assertThat(page).startsWith("{\"objects\":[" + String.join(",", lines.subList(0, 10_000)) + "]");
            assertThat(lines).doesNotHaveDuplicates();
        }

        @Test
        void takes_the_query_as_a_body_as_well() {
            Response answer =
                    streaming().contentType("application/json").body("""
                            {"entity": "FieldService.StockLevel", "constraint": "[Quantity < $most]",
                             "parameters": {"most": 10}, "attributes": ["Quantity"],
                             "expand": ["FieldService.StockLevel_Site/FieldService.Site_Parent"],
                             "sort": [{"path": "Quantity", "order": "desc"}], "limit": 1500, "offset": 3}""").post(WEB + "queries");
            answer.then().statusCode(200);
            Response page = as("dora").contentType("application/json").body("""
                            {"entity": "FieldService.StockLevel", "constraint": "[Quantity < $most]",
                             "parameters": {"most": 10}, "attributes": ["Quantity"],
                             "expand": ["FieldService.StockLevel_Site/FieldService.Site_Parent"],
                             "sort": [{"path": "Quantity", "order": "desc"}], "limit": 1500, "offset": 3}""").post(WEB + "queries");
            List<String> lines = lines(answer);
            assertThat(lines.getLast()).isEqualTo("{\"end\":{\"count\":" + (lines.size() - 1) + "}}");
            assertThat(lines.size() - 1).isGreaterThan(600);
            assertThat(page.asString())
                    .startsWith("{\"objects\":[" + String.join(",", lines.subList(0, lines.size() - 1)) + "]");
        }

        @Test
        void goes_on_behind_a_page() {
            Response first = as("dora")
                    .queryParam("sort", "Name")
                    .queryParam("limit", 10)
                    .get(WEB + "objects/FieldService.Site");
            Response rest = streaming()
                    .queryParam("sort", "Name")
                    .queryParam("after", first.<String>path("next"))
                    .get(WEB + "objects/FieldService.Site");
            List<String> all = lines(streaming().queryParam("sort", "Name").get(WEB + "objects/FieldService.Site"));
            assertThat(lines(rest).subList(0, 590)).isEqualTo(all.subList(10, 600));
            assertThat(lines(rest).getLast()).isEqualTo("{\"end\":{\"count\":590}}");
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 1", "32, 32", "33, 33", "20000, 20000"})
        void has_as_many_objects_as_its_limit(int limit, int count) {
            Response answer = streaming().queryParam("limit", limit).get(LEVELS);
            assertThat(lines(answer)).hasSize(count + 1).last().isEqualTo("{\"end\":{\"count\":" + count + "}}");
        }

        @Test
        void of_nothing_is_its_end() {
            Response answer =
                    streaming().queryParam("constraint", "[Quantity < -5]").get(LEVELS);
            assertThat(answer.asString()).isEqualTo("{\"end\":{\"count\":0}}\n");
        }

        @Test
        void shows_what_the_caller_may_see() {
            String mobile = "/v1/profiles/NativeMobile/objects/FieldService.StockLevel";
            List<String> lines = lines(given().auth()
                    .preemptive()
                    .basic("ada", "ada")
                    .accept(NDJSON)
                    .queryParam("limit", 20)
                    .get(mobile));
            String page = as("ada").queryParam("limit", 20).get(mobile).asString();
            assertThat(page).startsWith("{\"objects\":[" + String.join(",", lines.subList(0, 20)) + "]");
        }

        @Test
        void is_compressed_when_the_client_likes() {
            Response answer = streaming()
                    .header("Accept-Encoding", "gzip")
                    .queryParam("limit", 5_000)
                    .get(LEVELS);
            answer.then().statusCode(200).header("Content-Encoding", "gzip");
            assertThat(lines(answer)).hasSize(5_001).last().isEqualTo("{\"end\":{\"count\":5000}}");
        }

        @Test
        void has_a_head_as_well() {
            streaming().head(LEVELS).then().statusCode(200).contentType(startsWith(NDJSON));
            streaming()
                    .queryParam("constraint", "[Quantty < 1]")
                    .head(LEVELS)
                    .then()
                    .statusCode(400);
        }
    }

    @Nested
    class What_cannot_be_streamed {
        @Test
        void is_refused_with_its_status_before_the_first_byte() {
            problem(streaming().queryParam("constraint", "[Quantty < 1]").get(LEVELS), 400, "unknown-member");
            problem(streaming().queryParam("limit", -1).get(LEVELS), 400, "malformed-request");
            problem(streaming().queryParam("after", "x").get(LEVELS), 400, "invalid-cursor");
            problem(streaming().get(WEB + "objects/FieldService.Nothing"), 404, "unknown-entity");
            problem(
                    given().auth()
                            .preemptive()
                            .basic("ada", "ada")
                            .accept(NDJSON)
                            .get("/v1/profiles/NativeMobile/objects/FieldService.WorkOrder"),
                    422,
                    "entity-not-online");
            problem(given().accept(NDJSON).get(LEVELS), 401, "unauthenticated");
        }

        @Test
        void is_a_count_which_its_end_tells() {
            streaming()
                    .queryParam("count", true)
                    .get(LEVELS)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-request"))
                    .body("violations.parameter", hasItem("count"));
            problem(
                    streaming()
                            .contentType("application/json")
                            .body("{\"entity\":\"FieldService.StockLevel\",\"count\":true}")
                            .post(WEB + "queries"),
                    400,
                    "malformed-request");
        }

        @Test
        void is_one_object() {
            problem(streaming().get(LEVELS + "/" + Demo.id("stock_level", 1)), 406, "not-acceptable");
        }
    }

    @Nested
    class The_header_accept {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "*/* | application/json",
                    "application/* | application/json",
                    "application/json | application/json",
                    "application/x-ndjson | application/x-ndjson",
                    "APPLICATION/X-NDJSON;charset=utf-8 | application/x-ndjson",
                    "application/x-ndjson, */* | application/x-ndjson",
                    "application/x-ndjson;q=0.5, */* | application/json",
                    "application/x-ndjson;q=0.5, application/json;q=0.4 | application/x-ndjson",
                    "application/x-ndjson, application/json | application/x-ndjson",
                    "application/json, application/x-ndjson | application/json",
                    "application/json;q=0, */* | application/x-ndjson",
                    "text/html, application/xhtml+xml, */*;q=0.8 | application/json"
                })
        void chooses(String accept, String type) {
            as("dora")
                    .header("Accept", accept)
                    .queryParam("limit", 1)
                    .get(LEVELS)
                    .then()
                    .statusCode(200)
                    .contentType(startsWith(type));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"text/csv", "application/x-ndjson;q=0", "*/*;q=0", "application/json;q=x", "json"})
        void refuses(String accept) {
            problem(as("dora").header("Accept", accept).get(LEVELS), 406, "not-acceptable");
        }
    }

    @Nested
    class A_client {
        @Test
        void that_reads_nothing_loses_its_connection_and_frees_that_of_the_store() throws IOException {
            try (Socket client = ask("identity")) {
                Until.holds("streaming", STALL, () -> held() == 1);
                Until.holds("freed", STALL.plusSeconds(3), () -> held() == 0);
                Until.holds("done, though nothing was read", Duration.ofSeconds(1), () -> inHand.count() == 0);
                assertThat(linesOf(client)).isNotEmpty().noneMatch(line -> line.contains("\"end\""));
            }
        }

        @Test
        void that_speaks_http_2_may_ask_by_a_body() throws Exception {
            HttpClient client = vertx.createHttpClient(http2());
            try {
                Buffer body = client.request(HttpMethod.POST, WEB + "queries")
                        .compose(request -> request.putHeader("Accept", NDJSON)
                                .putHeader("Content-Type", "application/json")
                                .putHeader("Authorization", "Basic " + credentials())
                                .send("{\"entity\":\"FieldService.StockLevel\",\"limit\":2}"))
                        .compose(HttpClientResponse::body)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS);
                assertThat(body.toString()).endsWith("{\"end\":{\"count\":2}}\n");
            } finally {
                client.close().toCompletionStage().toCompletableFuture().get(3, TimeUnit.SECONDS);
            }
        }

        @Test
        void that_reads_nothing_of_one_stream_of_many_loses_that_one() throws Exception {
            HttpClient client = vertx.createHttpClient(http2());
            try {
                HttpClientResponse stalled = answered(client, LEVELS);
                CompletableFuture<Throwable> broken = new CompletableFuture<>();
                stalled.exceptionHandler(broken::complete);
                Until.holds("streaming", STALL, () -> held() == 1);
                Until.holds("freed", STALL.plusSeconds(3), () -> held() == 0);
                Until.holds("done", Duration.ofSeconds(1), () -> inHand.count() == 0);
                stalled.resume();
                assertThat(broken.get(3, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
                HttpClientResponse other = answered(client, LEVELS + "?limit=1");
                // Before it flows: what came earlier would be lost to it.
                Future<Buffer> body = other.body();
                other.resume();
                assertThat(body.toCompletionStage()
                                .toCompletableFuture()
                                .get(3, TimeUnit.SECONDS)
                                .toString())
                        .endsWith("{\"end\":{\"count\":1}}\n");
            } finally {
                client.close().toCompletionStage().toCompletableFuture().get(3, TimeUnit.SECONDS);
            }
        }

        @Test
        void that_reads_slowly_gets_everything() throws IOException {
            try (Socket client = ask("identity");
                    BufferedReader reader = reader(client)) {
                int lines = 0;
                String last = "";
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    last = line.isBlank() || line.length() < 8 ? last : line;
                    if (++lines % 10_000 == 0) {
                        pause(STALL.dividedBy(5));
                    }
                }
                assertThat(last).isEqualTo("{\"end\":{\"count\":50000}}");
            }
        }

        @Test
        void that_goes_away_frees_the_store_at_once() throws IOException {
            try (Socket client = ask("identity")) {
                Until.holds("streaming", STALL, () -> held() == 1);
                assertThat(client.isConnected()).isTrue();
            }
            Until.holds("freed", Duration.ofSeconds(3), () -> held() == 0);
        }

        @Test
        void whose_stream_breaks_in_the_store_is_told_in_the_last_line() throws IOException, SQLException {
            try (Socket client = ask("identity")) {
                Until.holds("streaming", STALL, () -> held() == 1);
                inStore("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + STREAMING);
                List<String> lines = linesOf(client);
                String last = lines.stream()
                        .filter(line -> line.startsWith("{"))
                        .reduce((_, line) -> line)
                        .orElseThrow();
                assertThat(JsonPath.from(last).getMap("problem"))
                        .containsEntry("code", "store-unavailable")
                        .containsEntry("status", 503)
                        .containsEntry("type", "/problems/store-unavailable")
                        .containsEntry("instance", LEVELS);
            }
        }

        @Test
        void that_comes_when_all_streams_are_taken_is_told_to_come_later_while_pages_go_on() throws IOException {
            try (Socket one = ask("identity");
                    Socket two = ask("identity")) {
                Until.holds("both streaming", STALL, () -> held() == 2);
                Response third = streaming().queryParam("limit", 1).get(LEVELS);
                problem(third, 503, "store-unavailable");
                assertThat(third.header("Retry-After")).isNotNull();
                as("dora").queryParam("limit", 1).get(LEVELS).then().statusCode(200);
                assertThat(one.isConnected() && two.isConnected()).isTrue();
            }
            Until.holds(
                    "places free",
                    Duration.ofSeconds(2),
                    () -> streaming().queryParam("limit", 1).get(LEVELS).statusCode() == 200);
        }
    }

    private static final String STREAMING =
            "datname = current_database() AND application_name = 'tidegate' AND state <> 'idle'";

    /** Asks for everything with a small receive buffer, and reads nothing. */
    private Socket ask(String encoding) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), RestAssured.port));
        socket.getOutputStream()
                .write(("GET " + LEVELS + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nAccept: " + NDJSON
                                + "\r\nAccept-Encoding: " + encoding + "\r\nAuthorization: Basic " + credentials()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The head of an answer, whose body is not read. */
    private static HttpClientOptions http2() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultPort(RestAssured.port);
    }

    private static HttpClientResponse answered(HttpClient client, String path) throws Exception {
        return client.request(HttpMethod.GET, path)
                .compose(request -> request.putHeader("Accept", NDJSON)
                        .putHeader("Authorization", "Basic " + credentials())
                        .send())
                .onSuccess(HttpClientResponse::pause)
                .toCompletionStage()
                .toCompletableFuture()
                .get(3, TimeUnit.SECONDS);
    }

    private static String credentials() {
        return Base64.getEncoder().encodeToString("dora:dora".getBytes(StandardCharsets.UTF_8));
    }

    private static BufferedReader reader(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    /** What comes until the connection ends, whether properly or by a reset. */
    private static List<String> linesOf(Socket client) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = reader(client);
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException reset) {
            // ends here as well
        }
        return lines;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static int held() throws SQLException {
        return Integer.parseInt(String.valueOf(inStore("SELECT count(*) FROM pg_stat_activity WHERE " + STREAMING)));
    }

    private static @Nullable String inStore(String sql) throws SQLException {
        String name = "tidegate.stores.field.";
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + setting(name + "url"), setting(name + "username"), setting(name + "password"));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? found.getString(1) : null;
        }
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    private static List<String> lines(Response answer) {
        return answer.asString().lines().toList();
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static RequestSpecification streaming() {
        return as("dora").accept(NDJSON);
    }

    private static void problem(Response response, int status, String code) {
        response.then()
                .statusCode(status)
                .contentType(startsWith("application/problem+json"))
                .body("code", equalTo(code));
    }
}
