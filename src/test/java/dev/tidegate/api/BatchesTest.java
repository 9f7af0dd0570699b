package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Offline batches over HTTP, on the demo. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class BatchesTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static final String TASK = "FieldService.Task";
    private final String client = UUID.randomUUID().toString();

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static RequestSpecification ada() {
        return given().auth().preemptive().basic("ada", "ada").contentType(ContentType.JSON);
    }

    private Map<String, Object> batch(List<Map<String, Object>> operations) {
        Map<String, Object> batch = new HashMap<>();
        batch.put("batchId", id());
        batch.put("clientId", client);
        batch.put("operations", operations);
        return batch;
    }

    @SafeVarargs
    private Map<String, Object> batch(Map<String, Object>... operations) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> operation : operations) {
            all.add(operation);
        }
        return batch(all);
    }

    private static Map<String, Object> create(String entity, String id, Map<String, Object> attributes) {
        return Map.of("op", "create", "entity", entity, "id", id, "attributes", attributes);
    }

    private static Map<String, Object> task(String id, String title) {
        return create(TASK, id, Map.of("Title", title));
    }

    private static Map<String, Object> retitle(String id, String title) {
        return Map.of("op", "update", "entity", TASK, "id", id, "attributes", Map.of("Title", title));
    }

    private static ValidatableResponse send(Map<String, Object> batch) {
        return ada().body(batch).post(MOBILE + "/batches?wait=20").then();
    }

    private static String rejection(ValidatableResponse answer) {
        return answer.statusCode(202)
                .body("state", is("applied-with-errors"))
                .body("operations[0].outcome", is("rejected"))
                .extract()
                .path("operations[0].problem.code");
    }

    @Nested
    class Applying {
        @Test
        void what_is_created_is_applied_and_what_is_deleted_is_gone() {
            String note = id();
            send(batch(create("FieldService.Note", note, Map.of("Text", "n"))))
                    .statusCode(202)
                    .body("state", is("applied"))
                    .body("position", is(1))
                    .body("operations.outcome", contains("applied"));
        }

        @Test
        void several_changes_of_one_object_apply_in_order_and_are_no_conflict() {
            String id = id();

            send(batch(task(id, "one"), retitle(id, "two"), retitle(id, "three")))
                    .body("state", is("applied"))
                    .body("operations.outcome", everyItem(is("applied")));
            send(batch(retitle(id, "four"))).body("state", is("applied")).body("position", is(2));
        }

        @Test
        void what_others_changed_meanwhile_is_merged_unless_it_is_the_same_member() {
            String id = id();
            send(batch(task(id, "one"))).body("state", is("applied"));
            Instant end = Instant.now().plusSeconds(30);
            // The first moments of a gateway are those before its store has a change log, and there is nothing to merge
            // by.
            do {
                prioritize(id);
                send(batch(retitle(id, "two"))).body("state", is(oneOf("applied", "applied-with-errors")));
            } while (!"two".equals(title(id)) && Instant.now().isBefore(end));
            prioritize(id);

            send(batch(
                            retitle(id, "three"),
                            Map.of("op", "update", "entity", TASK, "id", id, "attributes", Map.of("Priority", "Low"))))
                    .body("state", is("applied-with-errors"))
                    .body("operations.outcome", contains("merged", "conflict"))
                    .body("operations[1].problem.code", is("stale"))
                    .body("operations[1].current.attributes.Title", is("three"))
                    .body("operations[1].current.attributes.Priority", is("High"));
        }

        private void prioritize(String id) {
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .contentType(ContentType.JSON)
                    .body(Map.of("attributes", Map.of("Priority", "High")))
                    .patch("/v1/profiles/Web/objects/FieldService.Task/" + id)
                    .then()
                    .statusCode(200);
        }

        private String title(String id) {
            return given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .get("/v1/profiles/Web/objects/FieldService.Task/" + id)
                    .path("attributes.Title");
        }

        @Test
        void a_create_of_what_exists_and_a_change_of_what_does_not_are_rejected_on_their_own() {
            String id = id();

            send(batch(task(id, "one"), task(id, "again"), retitle(id(), "nothing"), retitle(id, "two")))
                    .body("state", is("applied-with-errors"))
                    .body("operations.outcome", contains("applied", "rejected", "rejected", "applied"))
                    .body("operations[1].problem.code", is("object-exists"))
                    .body("operations[2].problem.code", is("no-such-object"));
        }

        @Test
        void clients_in_parallel_all_get_through() throws InterruptedException, ExecutionException {
            List<Future<?>> running = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    running.add(threads.submit(() -> {
                        String own = id();
                        for (int n = 1; n <= 5; n++) {
                            Map<String, Object> batch = batch(task(id(), "n" + n));
                            batch.put("clientId", own);
                            send(batch).body("state", is("applied")).body("position", is(n));
                        }
                    }));
                }
                for (Future<?> one : running) {
                    one.get();
                }
            }
        }
    }

    @Nested
    class Parking {
        private final String parent = id();
        private final String child = id();

        private Map<String, Object> childOf(String task, String id) {
            return Map.of(
                    "op",
                    "create",
                    "entity",
                    TASK,
                    "id",
                    id,
                    "attributes",
                    Map.of("Title", "t"),
                    "associations",
                    Map.of("FieldService.Task_Parent", task));
        }

        private Map<String, Object> ofAnotherClient(Map<String, Object> batch) {
            batch.put("clientId", id());
            return batch;
        }

        private void eventually(Map<String, Object> batch, String state, String... outcomes) {
            Until.holds("batch " + state, Duration.ofSeconds(20), () -> {
                ExtractableResponse<Response> answer = ada().get(MOBILE + "/batches/" + batch.get("batchId"))
                        .then()
                        .statusCode(200)
                        .extract();
                return state.equals(answer.path("state"))
                        && List.of(outcomes).equals(answer.path("operations.outcome"));
            });
        }

        @Test
        void a_reference_to_what_another_client_creates_later_waits_for_it() {
            Map<String, Object> waiting = batch(childOf(parent, child), task(id(), "other"));
            send(waiting)
                    .statusCode(202)
                    .body("state", is("applied-with-errors"))
                    .body("operations.outcome", contains("parked", "applied"))
                    .body("operations[0].problem.code", is("parked"))
                    .body(
                            "operations[0].problem.violations[0].pointer",
                            is("/operations/0/associations/FieldService.Task_Parent"));
            Map<String, Object> behind = batch(retitle(child, "later"));
            send(behind).body("operations.outcome", contains("parked"));

            send(ofAnotherClient(batch(task(parent, "parent")))).body("state", is("applied"));

            eventually(waiting, "applied", "applied", "applied");
            eventually(behind, "applied", "applied");
            send(batch(retitle(child, "last"))).body("state", is("applied"));
            ada().get(MOBILE + "/errors?client=" + client).then().body("errors", empty());
        }

        @Test
        void an_atomic_batch_waits_whole() {
            Map<String, Object> waiting = batch(task(id(), "one"), childOf(parent, child));
            waiting.put("atomic", true);
            send(waiting).body("operations.outcome", contains("parked", "parked"));

            send(ofAnotherClient(batch(task(parent, "parent")))).body("state", is("applied"));

            eventually(waiting, "applied", "applied", "applied");
        }

        @Test
        void what_the_batch_itself_fails_to_create_is_not_waited_for() {
            send(batch(create(TASK, parent, Map.of("Nmae", "x")), childOf(parent, child)))
                    .body("operations[0].problem.code", is("unknown-member"))
                    .body("operations[1].problem.code", is("dangling-reference"));
        }
    }

    @Nested
    class Rejections {
        @Test
        void an_online_entity_is_not_for_batches() {
            assertThat(rejection(send(batch(create("FieldService.StockLevel", id(), Map.of("Quantity", 1))))))
                    .isEqualTo("online-entity-in-batch");
        }

        @Test
        void an_online_entity_with_compatibility_is_for_batches_of_clients_that_know_another_model() {
            Map<String, Object> level = new HashMap<>(create("FieldService.StockLevel", id(), Map.of("Quantity", 1)));
            Map<String, Object> nowhere = new HashMap<>();
            nowhere.put("FieldService.StockLevel_WorkOrder", null);
            level.put("associations", nowhere);
            Map<String, Object> site = create("FieldService.Site", id(), Map.of("Name", "x"));
            String current = ada().get("/v1/profiles").header("Tidegate-Model");

            send(of("0123456789abcdef", level)).body("state", is("applied"));
            assertThat(rejection(send(of("0123456789abcdef", site)))).isEqualTo("online-entity-in-batch");
            assertThat(rejection(send(of(current, level)))).isEqualTo("online-entity-in-batch");
        }

        private Map<String, Object> of(String model, Map<String, Object> operation) {
            Map<String, Object> batch = batch(List.of(operation));
            batch.put("modelVersion", model);
            return batch;
        }

        @Test
        void an_unknown_entity_and_an_unknown_member_are_kept_whole() {
            Map<String, Object> batch = batch(
                    create("FieldService.Nothing", id(), Map.of("A", 1)), create(TASK, id(), Map.of("Nmae", "x")));

            send(batch)
                    .body("operations[0].problem.code", is("unknown-entity"))
                    .body("operations[1].problem.code", is("unknown-member"));

            ada().get(MOBILE + "/errors?client=" + client)
                    .then()
                    .statusCode(200)
                    .body("errors", hasSize(2))
                    .body("errors[0].batchId", is(batch.get("batchId")))
                    .body("errors[0].operation.entity", is("FieldService.Nothing"))
                    .body("errors[0].operation.attributes.A", is(1))
                    .body("errors[1].index", is(1))
                    .body("next", nullValue());
        }

        @Test
        void a_member_without_the_right_to_write_it_is_read_only() {
            assertThat(rejection(send(batch(create(TASK, id(), Map.of("Title", "t", "Cost", "1.5"))))))
                    .isEqualTo("read-only-member");
        }

        @Test
        void never_is_skipped_in_a_full_sync_and_taken_in_a_selective_one() {
            Map<String, Object> sketch = create("FieldService.Sketch", id(), Map.of("Title", "s"));

            send(batch(sketch))
                    .body("state", is("applied"))
                    .body("operations[0].outcome", is("skipped"))
                    .body("operations[0].problem.code", is("skipped-never"));
            Map<String, Object> selective = batch(sketch);
            selective.put("scope", "selected");
            send(selective).body("operations[0].outcome", is("applied"));
        }

        @Test
        void a_delete_is_not_selective() {
            Map<String, Object> selective = batch(Map.of("op", "delete", "entity", "FieldService.Sketch", "id", id()));
            selective.put("scope", "selected");

            assertThat(rejection(send(selective))).isEqualTo("delete-not-selective");
        }

        @Test
        void an_atomic_batch_is_applied_whole_or_not_at_all() {
            String id = id();
            Map<String, Object> batch = batch(task(id, "one"), retitle(id(), "nothing"));
            batch.put("atomic", true);

            send(batch).body("operations.problem.code", contains("batch-failed", "no-such-object"));
            send(batch(task(id, "one"))).body("state", is("applied"));
        }

        @Test
        void a_strict_batch_with_a_broken_rule_is_refused_and_nothing_is_queued() {
            Map<String, Object> batch = batch(task(id(), "fine"), create(TASK, id(), Map.of("Nmae", "x")));

            ada().header("Prefer", "handling=strict")
                    .body(batch)
                    .post(MOBILE + "/batches")
                    .then()
                    .statusCode(422)
                    .body("violations[0].code", is("unknown-member"))
                    .body("violations[0].pointer", containsString("/operations/1"));

            ada().get(MOBILE + "/batches/" + batch.get("batchId")).then().statusCode(404);
            ada().get(MOBILE + "/clients/" + client).then().statusCode(404).body("code", is("no-such-client"));
        }
    }

    @Nested
    class Intake {
        @Test
        void a_repeated_batch_gets_the_same_answer() {
            Map<String, Object> batch = batch(task(id(), "one"));

            send(batch).body("position", is(1));
            send(batch).statusCode(202).body("position", is(1)).body("state", is("applied"));

            ada().get(MOBILE + "/clients/" + client).then().body("position", is(1));
        }

        @Test
        void an_id_used_for_another_batch_is_refused() {
            Map<String, Object> batch = batch(task(id(), "one"));
            send(batch).statusCode(202);
            batch.put("operations", List.of(task(id(), "two")));

            send(batch).statusCode(409).body("code", is("batch-id-reused"));
        }

        @Test
        void a_batch_after_an_unknown_one_is_refused_and_after_a_known_one_taken() {
            Map<String, Object> first = batch(task(id(), "one"));
            Map<String, Object> second = batch(task(id(), "two"));
            second.put("after", first.get("batchId"));

            send(second)
                    .statusCode(409)
                    .body("code", is("unknown-predecessor"))
                    .body("violations[0].pointer", is("/after"));
            send(first).statusCode(202);
            send(second).statusCode(202).body("position", is(2));
        }

        @Test
        void the_answer_says_where_the_batch_is() {
            Map<String, Object> batch = batch(task(id(), "one"));

            String location = ada().body(batch)
                    .post(MOBILE + "/batches")
                    .then()
                    .statusCode(202)
                    .body("batchId", is(batch.get("batchId")))
                    .body("operations", empty())
                    .header("Location", endsWith("/batches/" + batch.get("batchId")))
                    .extract()
                    .header("Location");

            ada().get(location + "?wait=20")
                    .then()
                    .statusCode(200)
                    .body("state", is("applied"))
                    .body("attempts", is(1))
                    .body("acceptedAt", matchesRegex(TIME))
                    .body("settledAt", matchesRegex(TIME))
                    .body("parts.store", contains("field"))
                    .body("parts[0].attempts", is(1))
                    .body("parts[0].settledAt", matchesRegex(TIME));
            ada().get(MOBILE + "/clients/" + client)
                    .then()
                    .body("position", is(1))
                    .body("settledPosition", is(1))
                    .body("unsettled", empty());
        }

        @Test
        void no_operation_and_too_many_are_over_the_limit() {
            send(batch()).statusCode(400).body("code", is("limit-exceeded"));
            List<Map<String, Object>> many = new ArrayList<>();
            for (int i = 0; i < 10_001; i++) {
                many.add(Map.of("op", "delete", "entity", "A.B", "id", "x"));
            }
            send(batch(many)).statusCode(400).body("code", is("limit-exceeded"));
        }

        @Test
        void what_is_no_batch_is_refused() {
            send(Map.of("clientId", client)).statusCode(400).body("code", is("malformed-request"));
            Map<String, Object> unknown = batch(task(id(), "x"));
            unknown.put("colour", "red");
            send(unknown).statusCode(400).body("violations[0].pointer", is("/colour"));
            ada().body("[1").post(MOBILE + "/batches").then().statusCode(400);
            ada().body(batch(task(id(), "x")))
                    .header("Time-Zone", "Nowhere")
                    .post(MOBILE + "/batches")
                    .then()
                    .statusCode(400);
            ada().body(batch(task(id(), "x")))
                    .post(MOBILE + "/batches?wait=31")
                    .then()
                    .statusCode(400);
        }

        @Test
        void a_web_profile_has_no_batches() {
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .contentType(ContentType.JSON)
                    .body(batch(task(id(), "x")))
                    .post("/v1/profiles/Web/batches")
                    .then()
                    .statusCode(422)
                    .body("code", is("profile-not-offline"));
        }
    }

    @Nested
    class Errors {
        @Test
        void errors_come_in_pages_and_go_when_they_are_deleted() {
            send(batch(retitle(id(), "1"), retitle(id(), "2"), retitle(id(), "3")));

            String next = ada().get(MOBILE + "/errors?limit=2&client=" + client)
                    .then()
                    .body("errors.index", contains(0, 1))
                    .extract()
                    .path("next");
            String last = ada().get(MOBILE + "/errors?limit=2&client=" + client + "&after=" + next)
                    .then()
                    .body("errors.index", contains(2))
                    .body("next", nullValue())
                    .extract()
                    .path("errors[0].errorId");

            ada().delete(MOBILE + "/errors/" + last).then().statusCode(204);
            ada().delete(MOBILE + "/errors/" + last).then().statusCode(404).body("code", is("no-such-error"));
            ada().get(MOBILE + "/errors?client=" + client).then().body("errors", hasSize(2));
        }

        @Test
        void nobody_sees_the_batches_of_another() {
            Map<String, Object> batch = batch(retitle(id(), "1"));
            send(batch);

            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .get("/v1/profiles/WebOffline/batches/" + batch.get("batchId"))
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("no-such-batch"));
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .get("/v1/profiles/WebOffline/errors?client=" + client)
                    .then()
                    .body("errors", empty());
        }
    }
}
