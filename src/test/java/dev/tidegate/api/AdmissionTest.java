package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many calls are let in, over HTTP. The store is away, so that one can wait for a batch. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(AdmissionTest.Narrow.class)
class AdmissionTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MOST = 3;

    @Inject
    Admission admission;

    /** Few calls at a time; few of a caller over time, but as many as a test needs at once. */
    public static final class Narrow implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "tidegate.stores.field.url", "postgresql://127.0.0.1:1/away",
                    "tidegate.limits.calls", Integer.toString(MOST),
                    "tidegate.limits.caller-rate", "1",
                    "tidegate.limits.caller-burst", "20",
                    "tidegate.limits.address-rate", "1",
                    "tidegate.limits.address-burst", "120");
        }
    }

    private static RequestSpecification as(String user) {
        return given().auth().preemptive().basic(user, user).contentType(ContentType.JSON);
    }

    private static void assertTold(Response answer, int status, String code) {
        answer.then().statusCode(status).contentType("application/problem+json").body("code", equalTo(code));
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 10);
    }

    @Test
    void who_calls_too_often_is_told_when_to_come_again_and_nobody_else_is() {
        List<Integer> statuses = IntStream.range(0, 40)
                .mapToObj(_ -> as("dora").get("/v1/profiles").statusCode())
                .toList();

        assertThat(statuses.subList(0, 20)).containsOnly(200);
        assertThat(statuses).contains(429);
        assertTold(as("dora").get("/v1/profiles"), 429, "rate-limited");
        assertTold(as("dora").get("/v1/profiles/Web"), 429, "rate-limited");
        as("arno").get("/v1/profiles").then().statusCode(200);
        as("dora").get("/v1/connectivity").then().statusCode(200);
    }

    @Test
    void no_more_calls_are_let_in_than_may_be_under_way_and_room_is_given_back() throws Exception {
        List<String> batches =
                IntStream.range(0, MOST).mapToObj(_ -> waitingBatch()).toList();
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> waiting = new ArrayList<>();
            for (String batch : batches) {
                waiting.add(beside.submit(() -> as("ada").get(MOBILE + "/batches/" + batch + "?wait=3")));
            }
            Until.holds("all wait", SOON, () -> admission.underWay() == MOST);

            assertTold(as("bert").get("/v1/profiles"), 503, "overloaded");
            as("bert").get("/v1/connectivity").then().statusCode(200);
            given().get("/problems/overloaded").then().statusCode(200);

            waiting.forEach(AdmissionTest::assertServed);
        }
        Until.holds("room", SOON, () -> admission.underWay() == 0);
        as("bert").get("/v1/profiles").then().statusCode(200);
    }

    private static void assertServed(Future<Response> answer) {
        try {
            answer.get().then().statusCode(200);
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String waitingBatch() {
        String batch = UUID.randomUUID().toString();
        as("ada")
                .body(Map.of(
                        "batchId",
                        batch,
                        "clientId",
                        UUID.randomUUID().toString(),
                        "operations",
                        List.of(Map.of(
                                "op",
                                "delete",
                                "entity",
                                "FieldService.Note",
                                "id",
                                UUID.randomUUID().toString()))))
                .post(MOBILE + "/batches")
                .then()
                .statusCode(202);
        return batch;
    }
}
