package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of operations that are retried, from the desk to the store and back. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class DeadLetterRetryTest {
    private static final String DESK = "/admin/dead-letters";
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final String TASK = "FieldService.Task";
    private final String client = UUID.randomUUID().toString();
    private final String batch = UUID.randomUUID().toString();
    private final String object = UUID.randomUUID().toString();

    private static RequestSpecification as(String user, Object body) {
        return as(user).contentType(ContentType.JSON).body(body);
    }

    private static RequestSpecification as(String user) {
        return given().auth().preemptive().basic(user, user);
    }

    private Map<String, Object> operation(String kind, Map<String, Object> attributes) {
        return Map.of("op", kind, "entity", TASK, "id", object, "attributes", attributes);
    }

    private void send(String id, boolean atomic, List<Map<String, Object>> operations) {
        Map<String, Object> sent = new HashMap<>();
        sent.put("batchId", id);
        sent.put("clientId", client);
        sent.put("atomic", atomic);
        sent.put("operations", operations);
        as("ada", sent).post(MOBILE + "/batches?wait=20").then().statusCode(202);
    }

    private List<String> errors() {
        return as("ada").get(MOBILE + "/errors?client=" + client).path("errors.errorId");
    }

    private static ValidatableResponse file(String error) {
        return as("otto").get(DESK + "/" + error).then();
    }

    private void awaitOutcome(String outcome) {
        Until.holds(
                "retried",
                Duration.ofSeconds(20),
                () -> as("ada")
                        .get(MOBILE + "/batches/" + batch)
                        .path("operations[0].outcome")
                        .equals(outcome));
    }

    @Test
    void a_corrected_operation_is_applied_and_leaves_the_desk() {
        send(batch, false, List.of(operation("create", Map.of())));
        String error = errors().getFirst();

        as("ada", Map.of("operation", operation("create", Map.of("Title", "now"))))
                .post(MOBILE + "/errors/" + error + "/retry")
                .then()
                .statusCode(202);

        awaitOutcome("applied");
        file(error).statusCode(404);
        as("ada").get(MOBILE + "/batches/" + batch).then().body("state", is("applied"));
        as("dora").get("/v1/profiles/Web/objects/" + TASK + "/" + object).then().body("attributes.Title", is("now"));
    }

    @Test
    void one_that_fails_again_comes_back_with_its_history_and_is_applied_when_it_can_be() {
        send(batch, false, List.of(operation("update", Map.of("Title", "late"))));
        String error = errors().getFirst();

        as("otto").post(DESK + "/" + error + "/retry").then().statusCode(202);

        Until.holds(
                "tried", Duration.ofSeconds(20), () -> !file(error).extract().<Boolean>path("retrying"));
        file(error)
                .body("history", hasSize(2))
                .body("history.outcome", contains("rejected", "rejected"))
                .body("history[1].by", is("otto"))
                .body("history[1].problem.code", is("no-such-object"));
        as("ada").get(MOBILE + "/errors/" + error).then().body("history[1].by", is("operator"));

        send(UUID.randomUUID().toString(), false, List.of(operation("create", Map.of("Title", "made"))));
        as("otto", Map.of("filter", Map.of("client", client)))
                .post(DESK + "/retry")
                .then()
                .body("matched", is(1))
                .body("done", is(1));

        awaitOutcome("applied");
        as("otto").get(DESK + "?client=" + client).then().body("deadLetters", empty());
        as("dora").get("/v1/profiles/Web/objects/" + TASK + "/" + object).then().body("attributes.Title", is("late"));
    }

    @Test
    void an_atomic_batch_is_applied_whole_once_its_culprit_is_corrected() {
        Map<String, Object> other = Map.of(
                "op", "create", "entity", TASK, "id", UUID.randomUUID().toString(), "attributes", Map.of("Title", "b"));
        send(batch, true, List.of(operation("create", Map.of()), other));
        List<String> errors = errors();

        as("otto", Map.of("operation", operation("create", Map.of("Title", "a")), "reason", "agreed"))
                .post(DESK + "/" + errors.getFirst() + "/retry")
                .then()
                .statusCode(202);

        awaitOutcome("applied");
        as("ada")
                .get(MOBILE + "/batches/" + batch)
                .then()
                .body("state", is("applied"))
                .body("operations.outcome", contains("applied", "applied"));
        as("otto").get(DESK + "?client=" + client).then().body("deadLetters", empty());
    }
}
