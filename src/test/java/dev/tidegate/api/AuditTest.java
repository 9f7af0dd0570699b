package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The audit log of what is done over HTTP. Every body holds {@link #VALUE}, which no line may have. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class AuditTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VALUE = "a-private-value";
    private static final String WEB = "/v1/profiles/Web/objects/FieldService.";
    private static final String TASK = "FieldService.Task";

    private final CapturedLog log = CapturedLog.of("tidegate.audit");

    @AfterEach
    void close() {
        log.close();
        assertThat(log.lines()).noneMatch(line -> line.contains(VALUE));
    }

    private static RequestSpecification as(String user) {
        return given().auth().preemptive().basic(user, user).contentType(ContentType.JSON);
    }

    private JsonNode last() {
        return log.objects().getLast();
    }

    private List<JsonNode> of(String batch) {
        return log.objects().stream()
                .filter(line -> line.path("batch").asText().equals(batch))
                .toList();
    }

    /** But for the time, which is that of the act. */
    private static Map<String, Object> fields(JsonNode line) {
        Map<String, Object> fields = JSON.convertValue(line, new TypeReference<>() {});
        assertThat(fields.remove("time")).asString().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
        return fields;
    }

    private static Map<String, Object> written(String action, String id, Response answer) {
        return Map.of(
                "action",
                action,
                "caller",
                "dora",
                "profile",
                "Web",
                "entity",
                "FieldService.SparePart",
                "id",
                id,
                "repeated",
                false,
                "request",
                answer.header("X-Request-Id"));
    }

    @Test
    void live_writes_are_told_by_who_what_and_id() {
        String id = "S-" + UUID.randomUUID();
        Response made = as("dora")
                .body(Map.of("id", id, "attributes", Map.of("Name", VALUE)))
                .post(WEB + "SparePart");
        made.then().statusCode(201);
        assertThat(fields(last())).isEqualTo(written("create", id, made));

        Response changed = as("dora")
                .body(Map.of("attributes", Map.of("Name", VALUE + "2")))
                .patch(WEB + "SparePart/" + id);
        changed.then().statusCode(200);
        assertThat(fields(last())).isEqualTo(written("update", id, changed));

        Response gone = as("dora").delete(WEB + "SparePart/" + id);
        gone.then().statusCode(204);
        assertThat(fields(last())).isEqualTo(written("delete", id, gone));
        assertThat(log.lines()).hasSize(3);
    }

    @Test
    void an_id_with_lines_and_quotes_stays_in_its_line() {
        String id = "x\"\n{\"action\":\"create\"}\u2028" + UUID.randomUUID();
        as("dora")
                .body(Map.of("id", id, "attributes", Map.of("Name", VALUE)))
                .post(WEB + "SparePart")
                .then()
                .statusCode(201);

        assertThat(log.lines()).hasSize(1).allMatch(line -> line.matches("[ -~]+"));
        assertThat(last().get("id").textValue()).isEqualTo(id);
    }

    @Test
    void a_batch_is_told_when_it_is_sent_and_when_it_is_applied() {
        String batch = UUID.randomUUID().toString();
        String client = UUID.randomUUID().toString();
        String missing = UUID.randomUUID().toString();
        Response sent = as("ada")
                .body(Map.of(
                        "batchId", batch,
                        "clientId", client,
                        "operations",
                                List.of(
                                        Map.of(
                                                "op",
                                                "update",
                                                "entity",
                                                TASK,
                                                "id",
                                                missing,
                                                "attributes",
                                                Map.of("Title", VALUE)),
                                        Map.of("op", "update", "entity", VALUE, "id", "1"))))
                .post("/v1/profiles/NativeMobile/batches?wait=20");
        sent.then().statusCode(202).body("state", is("applied-with-errors"));
        Until.holds("both lines", Duration.ofSeconds(10), () -> of(batch).size() == 2);

        Map<String, Object> common =
                Map.of("caller", "ada", "profile", "NativeMobile", "client", client, "batch", batch);
        assertThat(fields(of(batch).getFirst()))
                .containsAllEntriesOf(common)
                .containsEntry("action", "submit")
                .containsEntry("operations", 2)
                .containsEntry("repeated", false)
                .containsEntry("request", sent.header("X-Request-Id"));
        assertThat(fields(of(batch).getLast()))
                .containsAllEntriesOf(common)
                .containsEntry("action", "apply")
                .containsEntry("store", "field")
                .containsEntry(
                        "operations",
                        List.of(
                                Map.of(
                                        "index",
                                        0,
                                        "op",
                                        "update",
                                        "entity",
                                        TASK,
                                        "id",
                                        missing,
                                        "outcome",
                                        "rejected",
                                        "code",
                                        "no-such-object"),
                                Map.of(
                                        "index", 1,
                                        "op", "update",
                                        "id", "1",
                                        "outcome", "rejected",
                                        "code", "unknown-entity")))
                .containsEntry("more", false)
                .doesNotContainKey("request");
    }

    @Test
    void operators_are_told_with_what_they_call_and_do() {
        String error = UUID.randomUUID().toString();
        Response looked = as("otto").get("/admin/dead-letters/" + error);
        looked.then().statusCode(404);

        assertThat(fields(last()))
                .isEqualTo(Map.of(
                        "action", "operate",
                        "caller", "otto",
                        "method", "GET",
                        "path", "/admin/dead-letters/" + error,
                        "request", looked.header("X-Request-Id")));
    }

    @ParameterizedTest
    @CsvSource({
        "ada, GET, /v1/profiles/Web/objects/FieldService.Task, profile-not-allowed, FieldService.Task",
        "ada, POST, /v1/profiles/Web/queries, profile-not-allowed,",
        "ada, GET, /admin/stores, access-denied,",
        ", GET, /v1/profiles, unauthenticated,",
        ", POST, /v1/profiles/NativeMobile/batches, unauthenticated,"
    })
    void who_is_not_let_in_is_told(String user, String method, String path, String code, String entity) {
        RequestSpecification request = user == null ? given().contentType(ContentType.JSON) : as(user);
        Response answer = request.request(method, path + "?limit=" + VALUE);

        assertThat(answer.<String>path("code")).isEqualTo(code);
        Map<String, Object> expected = new HashMap<>(Map.of(
                "action", "refuse",
                "method", method,
                "path", path,
                "code", code,
                "request", answer.header("X-Request-Id")));
        if (user != null) {
            expected.put("caller", user);
        }
        if (entity != null) {
            expected.put("entity", entity);
        }
        assertThat(log.lines()).hasSize(1);
        assertThat(fields(last())).isEqualTo(expected);
    }

    @Test
    void wrong_credentials_are_told_without_them() {
        given().auth()
                .preemptive()
                .basic("ada", VALUE)
                .get("/v1/profiles")
                .then()
                .statusCode(401);
        given().header("Authorization", "Basic " + VALUE)
                .get("/v1/profiles")
                .then()
                .statusCode(401);

        assertThat(log.lines()).hasSize(2).noneMatch(line -> line.contains("ada"));
    }

    @Test
    void a_path_that_nobody_can_mean_stays_in_its_line() {
        String path = "/v1/profiles/Web/objects/%0A%22" + "x".repeat(5_000);
        given().urlEncodingEnabled(false)
                .auth()
                .preemptive()
                .basic("ada", "ada")
                .get(path)
                .then()
                .statusCode(403);

        assertThat(log.lines()).hasSize(1).allMatch(line -> line.matches("[ -~]{1,800}"));
        assertThat(last().get("path").textValue()).isEqualTo(path.substring(0, 256));
    }

    @Test
    void reads_are_no_acts() {
        as("dora").get(WEB + "SparePart?limit=1").then().statusCode(200);

        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"abc, true", "A.b_c-9, true", "'', false", "with blank, false", "a:b, false"})
    void an_answer_has_the_id_that_the_request_brought_if_it_is_sound(String id, boolean kept) {
        String answered = as("dora")
                .header("X-Request-Id", id)
                .get(WEB + "SparePart?limit=1")
                .header("X-Request-Id");

        assertThat(answered.equals(id)).isEqualTo(kept);
        assertThat(answered).matches("[A-Za-z0-9._-]{1,64}");
    }
}
