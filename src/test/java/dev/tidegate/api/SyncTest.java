package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A batch and a download in one round trip, over HTTP, on the demo. */
@QuarkusTest
@QuarkusTestResource(value = Gateway.class, restrictToAnnotatedClass = true)
class SyncTest {
    private static final String PROFILE = "/v1/profiles/NativeMobile/";
    private static final String TASK = "FieldService.Task";
    private static final String SKETCH = "FieldService.Sketch";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Device ada = new Device("ada", "NativeMobile");

    @BeforeEach
    void logs() {
        Until.holds("the change logs are installed", Duration.ofSeconds(30), () -> !ada.lacksAStore());
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static Map<String, Object> create(String entity, String id, String title) {
        return Map.of("op", "create", "entity", entity, "id", id, "attributes", Map.of("Title", title));
    }

    private Map<String, Object> batch(String scope, Object... operations) {
        return Map.of("batchId", id(), "clientId", ada.client(), "scope", scope, "operations", List.of(operations));
    }

    private static Map<String, String> named(String entity, String id) {
        return Map.of("entity", entity, "id", id);
    }

    private Map<String, Object> body(Map<String, Object> members) {
        Map<String, Object> body = new HashMap<>(Map.of("client", ada.client(), "wait", 20));
        body.putAll(members);
        return body;
    }

    private Response sync(Map<String, Object> members) {
        return ada.caller().contentType(ContentType.JSON).body(body(members)).post(PROFILE + "sync");
    }

    private List<JsonNode> lines(Map<String, Object> members) {
        Response answer = sync(members);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/x-ndjson");
        List<JsonNode> lines = new ArrayList<>();
        answer.asString().lines().forEach(line -> lines.add(read(line)));
        return lines;
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException wrong) {
            throw new AssertionError(line, wrong);
        }
    }

    private static List<String> concerning(List<JsonNode> lines, String what) {
        return lines.stream()
                .filter(line -> line.has(what))
                .map(line -> line.get(what).get("entity").asText() + " "
                        + line.get(what).get("id").asText())
                .toList();
    }

    @Nested
    class A_full_sync {
        @Test
        void tells_first_that_the_batch_is_taken_in_and_then_brings_what_it_came_to() {
            String task = id();
            Map<String, Object> batch = batch("full", create(TASK, task, "in one go"));

            List<JsonNode> lines = lines(Map.of("batch", batch));

            assertThat(lines.getFirst().at("/accepted/batchId").asText()).isEqualTo(batch.get("batchId"));
            assertThat(lines.getFirst().at("/accepted/position").asInt()).isEqualTo(1);
            assertThat(concerning(lines, "put")).contains(TASK + " " + task);
            assertThat(lines.getLast().get("more").asBoolean()).isFalse();
            assertThat(lines.getLast().at("/receipt/position").asInt()).isEqualTo(1);
        }

        @Test
        void goes_on_from_where_the_one_before_ended() {
            String since = lines(Map.of()).getLast().get("cursor").asText();
            String task = id();

            List<JsonNode> lines = lines(Map.of("since", since, "batch", batch("full", create(TASK, task, "later"))));

            assertThat(concerning(lines, "put")).containsExactly(TASK + " " + task);
            assertThat(lines.getFirst().has("accepted")).isTrue();
        }

        @Test
        void without_a_batch_is_a_download() {
            List<JsonNode> lines = lines(Map.of());

            assertThat(lines).noneMatch(line -> line.has("accepted"));
            assertThat(lines.getLast().get("more").asBoolean()).isFalse();
            assertThat(lines.getLast().at("/receipt/clientId").asText()).isEqualTo(ada.client());
        }

        @Test
        void takes_the_same_batch_once_whichever_way_it_comes() {
            Map<String, Object> batch = batch("full", create(TASK, id(), "twice"));
            ada.caller()
                    .contentType(ContentType.JSON)
                    .body(batch)
                    .post(PROFILE + "batches?wait=20")
                    .then()
                    .statusCode(202);

            assertThat(lines(Map.of("batch", batch))
                            .getFirst()
                            .at("/accepted/position")
                            .asInt())
                    .isEqualTo(1);
        }

        @Test
        void is_refused_with_its_batch_and_says_where() {
            Map<String, Object> batch = batch("full", create(TASK, id(), "one"));
            lines(Map.of("batch", batch));
            Map<String, Object> other = new HashMap<>(batch);
            other.put("operations", List.of(create(TASK, id(), "another")));

            sync(Map.of("batch", other)).then().statusCode(409).body("code", equalTo("batch-id-reused"));
            other.put("batchId", id());
            other.put("after", id());
            sync(Map.of("batch", other))
                    .then()
                    .statusCode(409)
                    .body("code", equalTo("unknown-predecessor"))
                    .body("violations.pointer", hasItem("/batch/after"));
        }

        @Test
        void is_strict_when_that_is_preferred() {
            Map<String, Object> broken = batch("full", create("FieldService.Nothing", id(), "none"));

            ada.caller()
                    .contentType(ContentType.JSON)
                    .header("Prefer", "handling=strict")
                    .body(body(Map.of("batch", broken)))
                    .post(PROFILE + "sync")
                    .then()
                    .statusCode(422)
                    .body("violations.pointer", hasItem("/batch/operations/0/entity"));
            assertThat(lines(Map.of("batch", broken)).getLast().toString()).contains("unknown-entity");
        }

        @Test
        void takes_no_batch_in_whose_cursor_is_wrong() {
            Map<String, Object> batch = batch("full", create(TASK, id(), "never"));

            sync(Map.of("since", "nonsense", "batch", batch))
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid-cursor"));
            ada.caller().get(PROFILE + "batches/" + batch.get("batchId")).then().statusCode(404);
        }

        @Test
        void is_of_one_client() {
            Map<String, Object> batch = new HashMap<>(batch("full", create(TASK, id(), "foreign")));
            batch.put("clientId", id());

            sync(Map.of("batch", batch)).then().statusCode(400).body("violations.pointer", hasItem("/batch/clientId"));
        }

        @Test
        void is_for_those_who_may_use_an_offline_profile() {
            Device dora = new Device("dora", "Web");
            dora.caller()
                    .contentType(ContentType.JSON)
                    .body(body(Map.of()))
                    .post("/v1/profiles/Web/sync")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("profile-not-offline"));
            new Device("otto", "NativeMobile")
                    .caller()
                    .contentType(ContentType.JSON)
                    .body(body(Map.of()))
                    .post(PROFILE + "sync")
                    .then()
                    .statusCode(403);
            ada.caller()
                    .contentType(ContentType.JSON)
                    .accept("application/json")
                    .body(body(Map.of()))
                    .post(PROFILE + "sync")
                    .then()
                    .statusCode(406)
                    .body("detail", containsString("application/x-ndjson"));
        }
    }

    @Nested
    class A_selective_sync {
        @Test
        void sends_and_brings_what_is_named_whatever_the_mode_says() {
            String sketch = id();
            Map<String, Object> batch = batch("selected", create(SKETCH, sketch, "local"));

            List<JsonNode> lines = lines(Map.of("batch", batch, "objects", List.of(named(SKETCH, sketch))));

            assertThat(concerning(lines, "put")).containsExactly(SKETCH + " " + sketch);
            assertThat(lines).noneMatch(line -> line.has("cursor"));
            JsonNode end = lines.getLast();
            assertThat(end.get("more").asBoolean()).isFalse();
            assertThat(end.at("/receipt/settled/0").asText()).isEqualTo(batch.get("batchId"));
        }

        @Test
        void names_what_its_batch_names() {
            String sketch = id();

            List<JsonNode> lines = lines(Map.of("batch", batch("selected", create(SKETCH, sketch, "by the way"))));

            assertThat(concerning(lines, "put")).containsExactly(SKETCH + " " + sketch);
        }

        @Test
        void has_a_receipt_of_its_own_batch_only() {
            lines(Map.of("batch", batch("full", create("FieldService.Nothing", id(), "rejected"))));
            String order = id();
            Map<String, Object> batch =
                    batch("selected", Map.of("op", "update", "entity", "FieldService.WorkOrder", "id", order));

            JsonNode receipt = lines(Map.of("batch", batch)).getLast().get("receipt");

            // What the batch before has changed was not sent again.
            assertThat(receipt.get("position").asInt()).isZero();
            assertThat(receipt.get("settled")).hasSize(1);
            assertThat(receipt.get("outcomes")).hasSize(1);
            assertThat(receipt.at("/outcomes/0/id").asText()).isEqualTo(order);
        }

        @Test
        void removes_what_is_not_there_and_what_is_not_the_callers_alike() throws SQLException {
            String foreign = id();
            String own = id();
            FieldStore.execute(order(foreign, "bert"), order(own, "ada"));
            String nowhere = id();
            String entity = "FieldService.WorkOrder";

            List<JsonNode> lines = lines(
                    Map.of("objects", List.of(named(entity, foreign), named(entity, own), named(entity, nowhere))));

            assertThat(concerning(lines, "put")).containsExactly(entity + " " + own);
            assertThat(concerning(lines, "remove"))
                    .containsExactlyInAnyOrder(entity + " " + foreign, entity + " " + nowhere);
            assertThat(lines.getLast().has("receipt")).isFalse();
        }

        private static String order(String id, String login) {
            return "INSERT INTO field_service.task (id, kind, title, priority) VALUES ('" + id
                    + "', 'FieldService.WorkOrder', 'new', 'Low'); INSERT INTO field_service.work_order (id, status,"
                    + " engineer_id) VALUES ('" + id
                    + "', 'Open', (SELECT id FROM field_service.engineer WHERE login = '"
                    + login + "'))";
        }

        @Test
        void takes_nothing_that_does_not_go_with_it() {
            List<Map<String, String>> objects = List.of(named(TASK, id()));

            malformed(Map.of("objects", objects, "since", "x"), "/since");
            malformed(Map.of("objects", objects, "entities", List.of(TASK)), "/entities");
            malformed(Map.of("objects", objects, "batch", batch("full", create(TASK, id(), "full"))), "/batch");
            malformed(Map.of("objects", List.of(Map.of("entity", TASK))), "/objects/0/id");
        }

        private void malformed(Map<String, Object> members, String pointer) {
            sync(members)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-request"))
                    .body("violations.pointer", hasItem(pointer));
        }

        @Test
        void is_about_what_the_devices_may_hold() {
            wrong(404, "FieldService.Site", id(), "not-in-profile", "/objects/0/entity");
            wrong(404, "FieldService.Nothing", id(), "unknown-entity", "/objects/0/entity");
            wrong(400, TASK, "no uuid", "type-mismatch", "/objects/0/id");
        }

        private void wrong(int status, String entity, String id, String code, String pointer) {
            sync(Map.of("objects", List.of(named(entity, id))))
                    .then()
                    .statusCode(status)
                    .body("code", equalTo(code))
                    .body("violations.pointer", hasItem(pointer));
        }
    }
}
