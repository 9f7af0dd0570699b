package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The end of the patience with what refers to nothing, over HTTP. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class PatienceTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final String TASK = "FieldService.Task";
    private final String client = UUID.randomUUID().toString();

    private static RequestSpecification ada() {
        return given().auth().preemptive().basic("ada", "ada").contentType(ContentType.JSON);
    }

    private ValidatableResponse send(String batch, Map<String, Object> operation) {
        return ada().body(Map.of("batchId", batch, "clientId", client, "operations", List.of(operation)))
                .post(MOBILE + "/batches?wait=20")
                .then()
                .statusCode(202);
    }

    private static void eventually(String batch, String outcome, String code) {
        Until.holds("operation " + outcome, Duration.ofSeconds(20), () -> {
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
        send(
                        first,
                        Map.of(
                                "op",
                                "create",
                                "entity",
                                TASK,
                                "id",
                                child,
                                "attributes",
                                Map.of("Title", "t"),
                                "associations",
                                associations))
                .body("operations.outcome", contains("parked"));
        send(behind, Map.of("op", "update", "entity", TASK, "id", child, "attributes", Map.of("Title", "u")))
                .body("operations.outcome", contains("parked"));

        eventually(first, "rejected", "dangling-reference");
        eventually(behind, "rejected", "no-such-object");
        ada().get(MOBILE + "/errors?client=" + client)
                .then()
                .body("errors", hasSize(2))
                .body("errors[0].operation.associations", is(associations));
    }
}
