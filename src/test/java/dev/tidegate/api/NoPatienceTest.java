package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Without parking, what refers to nothing is refused at once. */
@QuarkusTest
@QuarkusTestResource(value = Gateway.class, restrictToAnnotatedClass = true)
@TestProfile(NoPatienceTest.None.class)
class NoPatienceTest {

    public static final class None implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tidegate.parking.patience", "PT0S");
        }
    }

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
