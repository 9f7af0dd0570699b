package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.StorePools;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of the patience with what refers to nothing, over HTTP. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class PatienceTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final String TASK = "FieldService.Task";
    private static final Duration LONG = Duration.ofSeconds(20);
    private final String client = UUID.randomUUID().toString();

    @Inject
    StorePools pools;

    private static RequestSpecification ada() {
        return given().auth().preemptive().basic("ada", "ada").contentType(ContentType.JSON);
    }

    private ValidatableResponse send(String batch, Map<String, Object> operation) {
        return send(client, batch, List.of(operation), 20);
    }

    private static ValidatableResponse send(
            String client, String batch, List<Map<String, Object>> operations, int wait) {
        return ada().body(Map.of("batchId", batch, "clientId", client, "operations", operations))
                .post(MOBILE + "/batches?wait=" + wait)
                .then()
                .statusCode(202);
    }

    private static void eventually(String batch, String outcome, String code) {
        Until.holds("operation " + outcome, LONG, () -> {
            ExtractableResponse<Response> answer = ada().get(MOBILE + "/batches/" + batch)
                    .then()
                    .statusCode(200)
                    .extract();
            return "applied-with-errors".equals(answer.path("state"))
                    && outcome.equals(answer.path("operations[0].outcome"))
                    && code.equals(answer.path("operations[0].problem.code"));
        });
    }

    @Test
    void what_never_comes_is_dangling_in_the_end_and_what_waits_behind_it_is_judged_then() {
        String child = UUID.randomUUID().toString();
        String first = UUID.randomUUID().toString();
        String behind = UUID.randomUUID().toString();
        Map<String, Object> associations =
                Map.of("FieldService.Task_Parent", UUID.randomUUID().toString());
        send(first, create(child, associations)).body("operations.outcome", contains("parked"));
        send(behind, Map.of("op", "update", "entity", TASK, "id", child, "attributes", Map.of("Title", "u")))
                .body("operations.outcome", contains("parked"));

        eventually(first, "rejected", "dangling-reference");
        eventually(behind, "rejected", "no-such-object");
        ada().get(MOBILE + "/errors?client=" + client)
                .then()
                .body("errors", hasSize(2))
                .body("errors[0].operation.associations", is(associations));
    }

    @Test
    void what_was_accepted_in_time_has_its_turn_first() throws InterruptedException {
        String held = UUID.randomUUID().toString();
        String parent = UUID.randomUUID().toString();
        String waiting = UUID.randomUUID().toString();
        String other = UUID.randomUUID().toString();
        send(other, UUID.randomUUID().toString(), List.of(create(held, Map.of())), 20)
                .body("operations.outcome", contains("applied"));

        SqlConnection holder =
                pools.pool(new StoreName("field")).getConnection().await().atMost(LONG);
        try {
            run(holder, "BEGIN");
            run(holder, "UPDATE field_service.task SET title = 'held' WHERE id = '" + held + "'");
            // The lane that is to bring the parent cannot go on, longer than anybody has patience.
            send(
                    other,
                    UUID.randomUUID().toString(),
                    List.of(
                            Map.of("op", "update", "entity", TASK, "id", held, "attributes", Map.of("Title", "mine")),
                            create(parent, Map.of())),
                    0);
            send(waiting, create(UUID.randomUUID().toString(), Map.of("FieldService.Task_Parent", parent)))
                    .body("operations.outcome", contains("parked"));
            TimeUnit.SECONDS.sleep(6);
            ada().get(MOBILE + "/batches/" + waiting).then().body("operations.outcome", contains("parked"));
        } finally {
            run(holder, "ROLLBACK");
            holder.close().await().atMost(LONG);
        }

        Until.holds(
                "applied after all",
                LONG,
                () -> "applied".equals(ada().get(MOBILE + "/batches/" + waiting).path("state")));
    }

    private static Map<String, Object> create(String id, Map<String, Object> associations) {
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
                associations);
    }

    private static void run(SqlConnection connection, String sql) {
        connection.query(sql).execute().await().atMost(LONG);
    }
}
