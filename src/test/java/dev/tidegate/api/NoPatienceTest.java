package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Without parking, as on this gateway, what refers to nothing is refused at once. */
@QuarkusTest
@TestProfile(StoresApartTest.Breakable.class)
class NoPatienceTest {
    @Test
    void a_reference_into_nothing_is_dangling() {
        Map<String, Object> operation = Map.of(
                "op",
                "create",
                "entity",
                "FieldService.Task",
                "id",
                UUID.randomUUID().toString(),
                "attributes",
                Map.of("Title", "t"),
                "associations",
                Map.of("FieldService.Task_Parent", UUID.randomUUID().toString()));

        given().auth()
                .preemptive()
                .basic("ada", "ada")
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "batchId",
                        UUID.randomUUID().toString(),
                        "clientId",
                        UUID.randomUUID().toString(),
                        "operations",
                        List.of(operation)))
                .post("/v1/profiles/NativeMobile/batches?wait=20")
                .then()
                .statusCode(202)
                .body("operations.outcome", contains("rejected"))
                .body("operations[0].problem.code", is("dangling-reference"));
    }
}
