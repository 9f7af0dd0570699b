package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dead-letter desk over HTTP, for operators and for clients. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class DeadLetterDeskTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DESK = "/admin/dead-letters";
    private static final String ERRORS = "/v1/profiles/NativeMobile/errors";
    private static final String TASK = "FieldService.Task";
    private final String client = UUID.randomUUID().toString();

    @Inject
    Pool database;

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static RequestSpecification as(String user) {
        return given().auth().preemptive().basic(user, user);
    }

    private static RequestSpecification sending(String user, Object body) {
        return as(user).contentType(ContentType.JSON).body(body);
    }

    /** Changes of tasks that are not there, in one batch; the errors that this leaves, in its order. */
    private List<String> errors(String... titles) {
        return send(List.of(titles).stream().map(title -> retitle(id(), title)).toList(), false);
    }

    private static Map<String, Object> retitle(String id, String title) {
        return Map.of("op", "update", "entity", TASK, "id", id, "attributes", Map.of("Title", title));
    }

    private List<String> send(List<Map<String, Object>> operations, boolean atomic) {
        String batch = id();
        sending("ada", Map.of("batchId", batch, "clientId", client, "operations", operations, "atomic", atomic))
                .post("/v1/profiles/NativeMobile/batches?wait=20")
                .then()
                .statusCode(202)
                .body("state", is("applied-with-errors"));
        return as("otto")
                .get(DESK + "?batch=" + batch + "&limit=1000")
                .then()
                .extract()
                .path("deadLetters.errorId");
    }

    private static ValidatableResponse file(String error) {
        return as("otto").get(DESK + "/" + error).then();
    }

    private ValidatableResponse retry(String error) {
        return as("otto").post(DESK + "/" + error + "/retry").then();
    }

    private static ValidatableResponse discard(String error, String reason) {
        return sending("otto", Map.of("reason", reason))
                .post(DESK + "/" + error + "/discard")
                .then();
    }

    /** The one value of a query about one error. */
    private Object value(String sql, String error) {
        return database.preparedQuery(sql)
                .execute(Tuple.of(UUID.fromString(error)))
                .await()
                .atMost(Duration.ofSeconds(10))
                .iterator()
                .next()
                .getValue(0);
    }

    private long audited(String error) {
        return (Long) value("SELECT count(*) FROM tidegate_queue.audit WHERE error_id = $1", error);
    }

    /** How many retries were ever queued of the batch of an error (looked up by what was written down, for it may be gone). */
    private long late(String error) {
        return (Long) value(
                "SELECT count(*) FROM tidegate_queue.late AS l JOIN tidegate_queue.audit AS a ON a.caller = l.caller "
                        + "AND a.batch_id = l.batch_id AND a.index = ANY(l.operations) WHERE a.error_id = $1",
                error);
    }

    @Nested
    class Looking {
        @Test
        void operators_find_what_they_filter_for() {
            String error = errors("a").getFirst();
            Instant before = Instant.now().minusSeconds(600);

            as("otto")
                    .get(DESK + "?caller=ada&client=" + client + "&profile=NativeMobile&entity=" + TASK
                            + "&code=no-such-object&since=" + before + "&until=2100-01-01T00:00:00Z")
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "private, no-store")
                    .body("deadLetters", hasSize(1))
                    .body("deadLetters[0].errorId", is(error))
                    .body("deadLetters[0].caller", is("ada"))
                    .body("deadLetters[0].clientId", is(client))
                    .body("deadLetters[0].profile", is("NativeMobile"))
                    .body("deadLetters[0].index", is(0))
                    .body("deadLetters[0].operation.attributes.Title", is("a"))
                    .body("deadLetters[0].problem.code", is("no-such-object"))
                    .body("deadLetters[0].retrying", is(false))
                    .body("next", nullValue());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "caller=dora",
                    "profile=Web",
                    "entity=FieldService.Note",
                    "code=stale",
                    "since=2100-01-01T00:00:00.000Z",
                    "until=2020-01-01T00:00:00.000Z"
                })
        void a_filter_that_does_not_fit_finds_nothing(String filter) {
            errors("a");

            as("otto")
                    .get(DESK + "?client=" + client + "&" + filter)
                    .then()
                    .statusCode(200)
                    .body("deadLetters", empty());
        }

        @Test
        void pages_follow_each_other_while_errors_are_discarded() {
            List<String> errors = errors("a", "b", "c", "d", "e");
            List<String> seen = new ArrayList<>();
            String after = "";
            do {
                Response page = as("otto").get(DESK + "?limit=2&client=" + client + after);
                List<String> ids = page.path("deadLetters.errorId");
                seen.addAll(ids);
                discard(ids.getLast(), "seen").statusCode(204);
                after = "&after=" + page.path("next");
            } while (!after.equals("&after=null"));

            assertThat(seen).isEqualTo(errors);
        }

        @Test
        void one_operation_is_shown_whole_with_its_history() {
            String error = errors("a").getFirst();

            file(error)
                    .statusCode(200)
                    .body("operation.attributes.Title", is("a"))
                    .body("history", hasSize(1))
                    .body("history[0].outcome", is("rejected"))
                    .body("history[0].problem.code", is("no-such-object"))
                    .body("history[0].endedAt", notNullValue())
                    .body("history[0].by", nullValue());
        }

        @Test
        void clients_filter_their_own_errors_by_the_same_names() {
            String error = errors("a", "b").getFirst();

            as("ada")
                    .get(ERRORS + "?client=" + client + "&entity=" + TASK
                            + "&code=no-such-object&until=2100-01-01T00:00:00Z")
                    .then()
                    .statusCode(200)
                    .body("errors", hasSize(2))
                    .body("errors[0].caller", nullValue());
            as("ada").get(ERRORS + "?client=" + client + "&code=stale").then().body("errors", empty());
            as("ada")
                    .get(ERRORS + "/" + error)
                    .then()
                    .statusCode(200)
                    .body("errorId", is(error))
                    .body("history", hasSize(1));
        }

        @Test
        void some_thousand_are_exported_as_lines_with_an_end() throws JsonProcessingException {
            int batches = 5;
            List<Map<String, Object>> operations = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                operations.add(retitle(id(), "n" + i));
            }
            Set<String> sent = new HashSet<>();
            for (int i = 0; i < batches; i++) {
                sent.addAll(send(operations, false));
            }

            Response answer = as("otto").accept("application/x-ndjson").get(DESK + "?client=" + client);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.contentType()).startsWith("application/x-ndjson");
            List<String> lines = answer.asString().lines().toList();
            assertThat(lines.getLast()).isEqualTo("{\"end\":{\"count\":" + batches * 1_000 + "}}");
            Set<String> exported = new HashSet<>();
            for (String line : lines.subList(0, lines.size() - 1)) {
                JsonNode letter = JSON.readTree(line);
                assertThat(letter.path("operation").path("op").asText()).isEqualTo("update");
                exported.add(letter.path("errorId").asText());
            }
            assertThat(exported).isEqualTo(sent).hasSize(batches * 1_000);
        }

        @Test
        void an_export_of_nothing_is_its_end() {
            Response answer = as("otto").accept("application/x-ndjson").get(DESK + "?client=" + id());

            assertThat(answer.asString().strip()).isEqualTo("{\"end\":{\"count\":0}}");
        }
    }

    @Nested
    class Retrying {
        @Test
        void an_operator_retries_an_operation_as_it_is() {
            String error = errors("a").getFirst();

            retry(error)
                    .statusCode(202)
                    .body("errorId", is(error))
                    .body("index", is(0))
                    .body("retrying", is(true));

            assertThat(late(error)).isEqualTo(1);
            assertThat(audited(error)).isEqualTo(1);
        }

        @Test
        void a_client_corrects_its_own_operation() {
            String object = id();
            String error = send(List.of(Map.of("op", "create", "entity", TASK, "id", object)), false)
                    .getFirst();

            sending(
                            "ada",
                            Map.of(
                                    "operation",
                                    Map.of(
                                            "op",
                                            "create",
                                            "entity",
                                            TASK,
                                            "id",
                                            object,
                                            "attributes",
                                            Map.of("Title", "now"))))
                    .post(ERRORS + "/" + error + "/retry")
                    .then()
                    .statusCode(202)
                    .body("retrying", is(true));

            assertThat(value(
                            "SELECT r.corrected #>> '{attributes,Title}' FROM tidegate_queue.retry AS r "
                                    + "JOIN tidegate_queue.audit AS a USING (caller, batch_id, index) WHERE a.error_id = $1",
                            error))
                    .isEqualTo("now");
            as("otto")
                    .get("/admin/audit?actor=ada&limit=1000")
                    .then()
                    .body("entries.findAll { it.errorId == '" + error + "' }.corrected", contains(true))
                    .body(not(containsString("now")));
        }

        @Test
        void a_correction_is_judged_for_whoever_sent_the_operation() {
            String object = id();
            String error = send(List.of(Map.of("op", "create", "entity", TASK, "id", object)), false)
                    .getFirst();
            Map<String, Object> correction = new HashMap<>(Map.of(
                    "op", "create", "entity", TASK, "id", object, "attributes", Map.of("Title", "t", "Cost", "1.5")));

            sending("otto", Map.of("operation", correction))
                    .post(DESK + "/" + error + "/retry")
                    .then()
                    .statusCode(422)
                    .body("code", is("read-only-member"))
                    .body("violations.pointer", contains("/operation/attributes/Cost"));
            correction.put("attributes", Map.of("Nmae", "t"));
            sending("otto", Map.of("operation", correction))
                    .post(DESK + "/" + error + "/retry")
                    .then()
                    .statusCode(422)
                    .body("code", is("validation-failed"))
                    .body("violations.code", contains("unknown-member"));

            assertThat(audited(error)).isZero();
            file(error).body("retrying", is(false)).body("corrected", nullValue());
        }

        @Test
        void a_correction_stays_about_the_same_object() {
            String error = errors("a").getFirst();

            sending("otto", Map.of("operation", Map.of("op", "delete", "entity", "FieldService.Note", "id", id())))
                    .post(DESK + "/" + error + "/retry")
                    .then()
                    .statusCode(422)
                    .body("code", is("validation-failed"))
                    .body("violations.pointer", contains("/operation/op", "/operation/entity", "/operation/id"));
            assertThat(audited(error)).isZero();
        }

        @Test
        void a_corrected_hashed_string_is_hashed_and_one_that_is_kept_stays() {
            String object = id();
            String error = send(
                            List.of(Map.of(
                                    "op",
                                    "update",
                                    "entity",
                                    "FieldService.WorkOrder",
                                    "id",
                                    object,
                                    "attributes",
                                    Map.of("Secret", "first secret"))),
                            false)
                    .getFirst();
            String kept = file(error).extract().path("operation.attributes.Secret");
            assertThat(kept).startsWith("$pbkdf2-sha256$");

            sending(
                            "otto",
                            Map.of(
                                    "operation",
                                    Map.of(
                                            "op",
                                            "update",
                                            "entity",
                                            "FieldService.WorkOrder",
                                            "id",
                                            object,
                                            "attributes",
                                            Map.of("Secret", kept, "Title", "t"))))
                    .post(DESK + "/" + error + "/retry")
                    .then()
                    .statusCode(202);

            String corrected = "SELECT corrected::text FROM tidegate_queue.late WHERE batch_id = "
                    + "(SELECT batch_id FROM tidegate_queue.audit WHERE error_id = $1) ORDER BY revision LIMIT 1";
            assertThat((String) value(corrected, error)).contains(kept);

            String other = send(
                            List.of(Map.of(
                                    "op",
                                    "update",
                                    "entity",
                                    "FieldService.WorkOrder",
                                    "id",
                                    object,
                                    "attributes",
                                    Map.of("Secret", "first secret"))),
                            false)
                    .getFirst();
            sending(
                            "ada",
                            Map.of(
                                    "operation",
                                    Map.of(
                                            "op",
                                            "update",
                                            "entity",
                                            "FieldService.WorkOrder",
                                            "id",
                                            object,
                                            "attributes",
                                            Map.of("Secret", "second secret"))))
                    .post(ERRORS + "/" + other + "/retry")
                    .then()
                    .statusCode(202);
            assertThat((String) value(corrected, other))
                    .contains("$pbkdf2-sha256$")
                    .doesNotContain("second", kept);
        }

        @Test
        void an_operation_of_an_entity_that_the_model_does_not_have_cannot_be_retried() {
            String error = send(List.of(Map.of("op", "create", "entity", "FieldService.Nothing", "id", id())), false)
                    .getFirst();

            retry(error).statusCode(422).body("code", is("validation-failed"));
            assertThat(audited(error)).isZero();
        }

        @Test
        void nobody_retries_or_sees_anothers() {
            String error = errors("a").getFirst();
            String web = "/v1/profiles/NativeMobile/errors/" + error;

            as("dora")
                    .get(web.replace("NativeMobile", "WebOffline"))
                    .then()
                    .statusCode(404)
                    .body("code", is("no-such-error"));
            as("dora")
                    .post(web.replace("NativeMobile", "WebOffline") + "/retry")
                    .then()
                    .statusCode(404)
                    .body("code", is("no-such-error"));
            as("dora").delete(web.replace("NativeMobile", "WebOffline")).then().statusCode(404);
            assertThat(audited(error)).isZero();
        }
    }

    @Nested
    class Discarding {
        @Test
        void an_operator_discards_with_a_reason_that_is_written_down() {
            String error = errors("a").getFirst();

            discard(error, "a duplicate").statusCode(204);

            file(error).statusCode(404).body("code", is("no-such-error"));
            discard(error, "again").statusCode(404).body("code", is("no-such-error"));
            as("otto")
                    .get("/admin/audit?actor=otto&limit=1000")
                    .then()
                    .statusCode(200)
                    .body("entries.findAll { it.errorId == '" + error + "' }.action", contains("discard"))
                    .body("entries.findAll { it.errorId == '" + error + "' }.reason", contains("a duplicate"))
                    .body("entries.findAll { it.errorId == '" + error + "' }.caller", contains("ada"));
        }

        @Test
        void a_client_deletes_its_own_and_that_is_written_down_too() {
            String error = errors("a").getFirst();

            as("ada").delete(ERRORS + "/" + error).then().statusCode(204);

            as("ada").get(ERRORS + "/" + error).then().statusCode(404);
            assertThat(value("SELECT actor FROM tidegate_queue.audit WHERE error_id = $1", error))
                    .isEqualTo("ada");
        }
    }

    @Nested
    class Many {
        @Test
        void what_matches_is_retried_and_the_rest_is_not() {
            List<String> errors = errors("a", "b", "c");
            List<String> others = send(
                    List.of(Map.of("op", "create", "entity", "FieldService.Nothing", "id", id()), retitle(id(), "d")),
                    false);

            sending("otto", Map.of("filter", Map.of("client", client), "reason", "the trigger is mended"))
                    .post(DESK + "/retry")
                    .then()
                    .statusCode(200)
                    .body("matched", is(5))
                    .body("done", is(4));

            errors.forEach(error -> assertThat(late(error)).isEqualTo(1));
            assertThat(audited(others.getFirst())).as("of no store").isZero();
            as("otto")
                    .get("/admin/audit?limit=1000")
                    .then()
                    .body(
                            "entries.findAll { it.errorId == '" + errors.getFirst() + "' }.filter.client",
                            contains(client))
                    .body(
                            "entries.findAll { it.errorId == '" + errors.getFirst() + "' }.reason",
                            contains("the trigger is mended"));
        }

        @Test
        void an_atomic_batch_counts_whole_and_is_queued_once() {
            String there = id();
            sending(
                            "ada",
                            Map.of(
                                    "batchId",
                                    id(),
                                    "clientId",
                                    client,
                                    "operations",
                                    List.of(Map.of(
                                            "op",
                                            "create",
                                            "entity",
                                            TASK,
                                            "id",
                                            there,
                                            "attributes",
                                            Map.of("Title", "t")))))
                    .post("/v1/profiles/NativeMobile/batches?wait=20")
                    .then()
                    .body("state", is("applied"));
            List<String> errors = send(List.of(retitle(there, "a"), retitle(id(), "b")), true);

            sending("otto", Map.of("filter", Map.of("client", client)))
                    .post(DESK + "/retry")
                    .then()
                    .body("matched", is(2))
                    .body("done", is(2));

            assertThat(late(errors.getFirst())).isEqualTo(1);
            assertThat(audited(errors.getLast())).isEqualTo(1);
        }

        @Test
        void more_than_a_step_is_discarded_whole() {
            List<Map<String, Object>> operations = new ArrayList<>();
            for (int i = 0; i < 250; i++) {
                operations.add(retitle(id(), "n" + i));
            }
            List<String> errors = send(operations, false);
            assertThat(errors).hasSize(250);

            sending("otto", Map.of("filter", Map.of("client", client, "code", "no-such-object"), "reason", "test data"))
                    .post(DESK + "/discard")
                    .then()
                    .statusCode(200)
                    .body("matched", is(250))
                    .body("done", is(250));

            as("otto").get(DESK + "?client=" + client).then().body("deadLetters", empty());
            assertThat(audited(errors.getLast())).isEqualTo(1);
            sending("otto", Map.of("filter", Map.of("client", client), "reason", "again"))
                    .post(DESK + "/discard")
                    .then()
                    .body("matched", is(0))
                    .body("done", is(0));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"reason":"r"} | /filter
                {"filter":{},"reason":"r"} | /filter
                {"filter":{"caller":null},"all":false,"reason":"r"} | /filter
                {"filter":{"caller":"ada"},"all":true,"reason":"r"} | /all
                {"filter":{"calller":"ada"},"reason":"r"} | /filter/calller
                {"filter":{"since":"yesterday"},"reason":"r"} | /filter/since
                {"filter":{"code":"nonsense"},"reason":"r"} | /filter/code
                {"filter":{"client":"x"},"reason":"r"} | /filter/client
                {"filter":{"caller":"ada"}} | /reason
                {"filter":{"caller":"ada"},"reason":" "} | /reason
                """)
        void what_is_not_said_clearly_is_refused(String body, String pointer) {
            String error = errors("a").getFirst();

            sending("otto", body)
                    .post(DESK + "/discard")
                    .then()
                    .statusCode(400)
                    .body("code", is("malformed-request"))
                    .body("violations.pointer", containsInAnyOrder(pointer));

            file(error).statusCode(200);
            assertThat(audited(error)).isZero();
        }
    }

    @Nested
    class Refusing {
        @ParameterizedTest
        @CsvSource({
            "GET, ''",
            "GET, /7c4e0000-0000-4000-8000-000000000001",
            "POST, /7c4e0000-0000-4000-8000-000000000001/retry",
            "POST, /7c4e0000-0000-4000-8000-000000000001/discard",
            "POST, /retry",
            "POST, /discard",
            "GET, /../audit"
        })
        void only_operators_are_let_in_and_others_are_noted(String method, String path) {
            String uri = (DESK + path).replace("/dead-letters/..", "");
            try (CapturedLog log = CapturedLog.of("tidegate.audit")) {
                as("ada")
                        .contentType(ContentType.JSON)
                        .body("{}")
                        .request(method, uri)
                        .then()
                        .statusCode(403)
                        .body("code", is("access-denied"));

                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .contains("\"action\":\"refuse\",\"caller\":\"ada\",\"method\":\"" + method + "\",\"path\":\""
                                + uri + "\"");
            }
            given().contentType(ContentType.JSON)
                    .body("{}")
                    .request(method, uri)
                    .then()
                    .statusCode(401)
                    .body("code", is("unauthenticated"));
        }

        @ParameterizedTest
        @CsvSource({
            "colour=red, malformed-request, colour",
            "since=yesterday, malformed-request, since",
            "until=2026-01-01, malformed-request, until",
            "code=nonsense, malformed-request, code",
            "client=x, malformed-request, client",
            "batch=1, malformed-request, batch",
            "limit=0, malformed-request, limit",
            "limit=1001, limit-exceeded, limit",
            "after=x, invalid-cursor, after",
            "after=99999999999999999999, invalid-cursor, after",
            "caller=%00, malformed-request, caller"
        })
        void malformed_filters_are_told_by_name(String query, String code, String parameter) {
            as("otto")
                    .urlEncodingEnabled(false)
                    .get(DESK + "?" + query)
                    .then()
                    .statusCode(400)
                    .body("code", is(code))
                    .body("violations.parameter", contains(parameter));
        }

        @Test
        void names_and_reasons_are_bounded() {
            String long501 = "x".repeat(501);
            as("otto").get(DESK + "?entity=" + long501).then().statusCode(400).body("code", is("limit-exceeded"));
            discard(errors("a").getFirst(), long501).statusCode(400).body("code", is("limit-exceeded"));
        }

        @Test
        void an_export_has_no_pages() {
            as("otto")
                    .accept("application/x-ndjson")
                    .get(DESK + "?limit=5")
                    .then()
                    .statusCode(400)
                    .body("violations.parameter", contains("limit"));
            as("otto").accept("text/html").get(DESK).then().statusCode(406);
        }

        @ParameterizedTest
        @ValueSource(strings = {"nonsense", "7c4e0000-0000-4000-8000-000000000001"})
        void an_error_that_is_not_there_is_none(String error) {
            file(error).statusCode(404).body("code", is("no-such-error"));
            retry(error).statusCode(404).body("code", is("no-such-error"));
            discard(error, "r").statusCode(404).body("code", is("no-such-error"));
            as("ada").get(ERRORS + "/" + error).then().statusCode(404).body("code", is("no-such-error"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{",
                    "[]",
                    "{\"operation\":[]}",
                    "{\"operation\":{}}",
                    "{\"operation\":{\"op\":\"merge\",\"entity\":\"E\",\"id\":\"1\"}}",
                    "{\"operation\":{\"op\":\"update\",\"entity\":\"E\",\"id\":\"1\",\"more\":1}}",
                    "{\"operation\":{\"op\":\"update\",\"entity\":\"E\",\"id\":\"1\",\"attributes\":{\"T\":\"\\u0000\"}}}",
                    "{\"reason\":7}",
                    "{\"body\":{}}"
                })
        void what_is_no_correction_is_refused(String body) {
            String error = errors("a").getFirst();

            sending("otto", body)
                    .post(DESK + "/" + error + "/retry")
                    .then()
                    .statusCode(400)
                    .body("code", is("malformed-request"));
            assertThat(audited(error)).isZero();
        }

        @Test
        void a_correction_without_its_media_type_is_refused() {
            as("otto")
                    .contentType("text/plain")
                    .body("{}")
                    .post(DESK + "/" + errors("a").getFirst() + "/retry")
                    .then()
                    .statusCode(415);
        }

        @ParameterizedTest
        @CsvSource({"DELETE, '', 'GET, HEAD'", "GET, /retry/x, ''", "PUT, /discard, POST", "DELETE, /x/retry, POST"})
        void a_wrong_method_is_told_from_a_wrong_path(String method, String path, String allowed) {
            Response answer = as("otto").request(method, DESK + path);

            assertThat(answer.statusCode()).isEqualTo(allowed.isEmpty() ? 404 : 405);
            if (!allowed.isEmpty()) {
                assertThat(answer.header("Allow")).isEqualTo(allowed);
            }
        }
    }

    @Nested
    class Overview {
        @Test
        void clients_are_listed_with_how_far_they_have_come() {
            errors("a");
            errors("b");

            as("otto")
                    .get("/admin/clients?caller=ada&limit=1000")
                    .then()
                    .statusCode(200)
                    .body("clients.findAll { it.clientId == '" + client + "' }.position", contains(2))
                    .body("clients.findAll { it.clientId == '" + client + "' }.settledPosition", contains(2))
                    .body("clients.find { it.clientId == '" + client + "' }.oldestUnsettled", nullValue())
                    .body("clients.caller", everyItem(is("ada")));
            as("otto").get("/admin/clients?caller=nobody").then().body("clients", empty());
        }

        @Test
        void a_client_whose_batches_wait_tells_the_oldest_of_them() {
            String lane = id();
            String first = id();
            database.preparedQuery("WITH client AS (INSERT INTO tidegate_queue.client (caller, client_id, position) "
                            + "VALUES ('waiting', $1, 3)) "
                            + "INSERT INTO tidegate_queue.batch (caller, batch_id, client_id, position, profile, roles, "
                            + "time_zone, scope, atomic, digest, operations, size, state) "
                            + "SELECT 'waiting', CASE n WHEN 2 THEN $2 ELSE gen_random_uuid() END, $1, n, 'NativeMobile', "
                            + "'{}', 'UTC', 'full', false, '', '[]', 0, CASE n WHEN 1 THEN 'applied' ELSE 'queued' END "
                            + "FROM generate_series(1, 3) AS n")
                    .execute(Tuple.of(UUID.fromString(lane), UUID.fromString(first)))
                    .await()
                    .atMost(Duration.ofSeconds(10));

            as("otto")
                    .get("/admin/clients?caller=waiting")
                    .then()
                    .body("clients.position", contains(3))
                    .body("clients.settledPosition", contains(1))
                    .body("clients[0].oldestUnsettled.batchId", is(first))
                    .body("clients[0].oldestUnsettled.acceptedAt", notNullValue());
            as("otto")
                    .get("/admin/batches?state=queued&caller=waiting")
                    .then()
                    .body("batches.position", containsInAnyOrder(2, 3));
        }

        @Test
        void batches_are_found_by_state_and_client_in_pages_and_one_by_one() {
            String batch = file(errors("a").getFirst()).extract().path("batchId");
            errors("b");
            errors("c");
            String query = "/admin/batches?state=applied-with-errors&caller=ada&client=" + client;

            List<String> seen = new ArrayList<>();
            String after = "";
            do {
                Response page = as("otto").get(query + "&limit=2" + after);
                seen.addAll(page.path("batches.batchId"));
                after = "&after=" + page.path("next");
            } while (!after.equals("&after=null"));

            assertThat(seen).hasSize(3).doesNotHaveDuplicates().contains(batch);
            as("otto")
                    .get("/admin/batches?state=failed&client=" + client)
                    .then()
                    .body("batches", empty());
            as("otto")
                    .get("/admin/batches/ada/" + batch)
                    .then()
                    .statusCode(200)
                    .body("batchId", is(batch))
                    .body("operations[0].problem.code", is("no-such-object"));
            as("otto")
                    .get("/admin/batches/dora/" + batch)
                    .then()
                    .statusCode(404)
                    .body("code", is("no-such-batch"));
            as("otto").get("/admin/batches/ada/x").then().statusCode(404).body("code", is("no-such-batch"));
        }

        @Test
        void stores_tell_their_state_and_circuit() {
            as("otto")
                    .get("/admin/stores")
                    .then()
                    .statusCode(200)
                    .body("stores.store", contains("billing", "field"))
                    .body("stores.circuit", contains("closed", "closed"))
                    .body("stores.state", everyItem(is("up")))
                    .body("stores.retryAfterSeconds", everyItem(nullValue()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/admin/clients?after=x",
                    "/admin/clients?after=7c4e0000-0000-4000-8000-000000000001.A",
                    "/admin/clients?after=7c4e0000-0000-4000-8000-000000000001.AA",
                    "/admin/batches?state=applying",
                    "/admin/batches?state=x",
                    "/admin/batches?client=1",
                    "/admin/batches?limit=0",
                    "/admin/stores?x=1",
                    "/admin/clients?colour=red"
                })
        void what_is_malformed_is_told(String uri) {
            as("otto").get(uri).then().statusCode(400).body("violations", hasSize(1));
            as("ada").get(uri).then().statusCode(403);
        }
    }

    @Nested
    class Auditing {
        @Test
        void what_is_done_is_logged_by_ids_only() {
            String error = errors("a private title").getFirst();
            String other = errors("another title").getFirst();
            try (CapturedLog log = CapturedLog.of("tidegate.audit")) {
                discard(error, "a private reason").statusCode(204);
                as("ada").post(ERRORS + "/" + other + "/retry").then().statusCode(202);
                discard(error, "gone").statusCode(404);

                assertThat(log.objects().stream()
                                .filter(line -> line.has("error"))
                                .map(line -> line.get("action").textValue() + " "
                                        + line.get("caller").textValue() + " "
                                        + line.get("error").textValue() + " "
                                        + line.get("corrected").booleanValue()))
                        .containsExactly("discard otto " + error + " false", "retry ada " + other + " false");
                assertThat(log.lines()).noneMatch(line -> line.contains("private"));
            }
        }

        @Test
        void entries_come_in_pages_oldest_first() {
            errors("a", "b", "c").forEach(error -> discard(error, "r"));

            Response first = as("otto").get("/admin/audit?limit=2");
            List<String> seen = new ArrayList<>(first.path("entries.errorId"));
            as("otto")
                    .get("/admin/audit?limit=2&after=" + first.path("next"))
                    .then()
                    .statusCode(200)
                    .body("entries.errorId", everyItem(not(is(seen.getFirst()))));
            as("otto")
                    .get("/admin/audit?actor=nobody")
                    .then()
                    .body("entries", empty())
                    .body("next", nullValue());
            as("otto").get("/admin/audit?since=2100-01-01T00:00:00Z").then().body("entries", empty());
            as("otto").get("/admin/audit?until=x").then().statusCode(400);
            as("otto").get("/admin/audit?action=x").then().statusCode(400);
        }
    }
}
