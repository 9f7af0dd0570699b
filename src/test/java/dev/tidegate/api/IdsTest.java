package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks of ids for offline creates, on the demo. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class IdsTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";

    @Test
    void a_block_has_as_many_ids_as_were_asked_for_and_none_twice() throws Exception {
        List<String> all = new ArrayList<>();
        try (ExecutorService devices = Executors.newFixedThreadPool(4)) {
            List<Future<List<String>>> blocks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                blocks.add(devices.submit(() -> ids("FieldService.Tag", 250)));
            }
            for (Future<List<String>> block : blocks) {
                assertThat(block.get()).hasSize(250);
                all.addAll(block.get());
            }
        }
        assertThat(new HashSet<>(all)).hasSize(2_000);
    }

    @Test
    void objects_can_be_created_under_them() {
        String id = ids("FieldService.Tag", 1).getFirst();
        given().auth()
                .preemptive()
                .basic("ada", "ada")
                .contentType(ContentType.JSON)
                .queryParam("wait", 10)
                .body(Map.of(
                        "batchId",
                        UUID.randomUUID().toString(),
                        "clientId",
                        UUID.randomUUID().toString(),
                        "operations",
                        List.of(Map.of(
                                "op",
                                "create",
                                "entity",
                                "FieldService.Tag",
                                "id",
                                id,
                                "attributes",
                                Map.of("Label", "from a block")))))
                .post(MOBILE + "/batches")
                .then()
                .statusCode(202)
                .body("operations[0].outcome", equalTo("applied"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NativeMobile | ada  | FieldService.Note | 5 | 422 | validation-failed",
                "NativeMobile | ada  | FieldService.Skill | 5 | 403 | access-denied",
                "NativeMobile | ada  | FieldService.StockLevel | 5 | 422 | online-entity-in-batch",
                "NativeMobile | ada  | FieldService.Contract | 5 | 404 | not-in-profile",
                "NativeMobile | ada  | FieldService.Tga | 5 | 404 | unknown-entity",
                "NativeMobile | ada  | FieldService.Tag | 1001 | 400 | limit-exceeded",
                "NativeMobile | ada  | FieldService.Tag | 0 | 400 | malformed-request",
                "NativeMobile | otto | FieldService.Tag | 5 | 403 | profile-not-allowed",
                "Web          | dora | FieldService.Tag | 5 | 422 | profile-not-offline",
            })
    void are_only_for_who_could_create_such_objects(
            String profile, String caller, String entity, int count, int status, String code) {
        Response answer = ask(profile, caller, Map.of("client", UUID.randomUUID(), "entity", entity, "count", count));
        answer.then().body("code", equalTo(code)).statusCode(status);
    }

    @Test
    void a_request_without_a_client_is_malformed() {
        ask("NativeMobile", "ada", Map.of("entity", "FieldService.Tag", "count", 1))
                .then()
                .statusCode(400)
                .body("violations[0].pointer", equalTo("/client"));
    }

    private static List<String> ids(String entity, int count) {
        return ask("NativeMobile", "ada", Map.of("client", UUID.randomUUID(), "entity", entity, "count", count))
                .then()
                .statusCode(200)
                .body("entity", equalTo(entity))
                .extract()
                .path("ids");
    }

    private static Response ask(String profile, String caller, Map<String, Object> body) {
        return given().auth()
                .preemptive()
                .basic(caller, caller)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/v1/profiles/" + profile + "/ids");
    }
}
