package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.tidegate.testing.Gateway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each refused request is counted once, by what it was about and by the code of its problem. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class RefusalsTest {
    private static final String NATIVE = "/v1/profiles/NativeMobile";

    @Inject
    MeterRegistry registry;

    record Call(String method, String path, String body, String caller, String flow, String code) {
        Response send() {
            RequestSpecification request = given().urlEncodingEnabled(false);
            if (!caller.isEmpty()) {
                request.auth().preemptive().basic(caller, caller);
            }
            if (!body.isEmpty()) {
                request.contentType("application/json").body(body);
            }
            return request.request(method, path);
        }
    }

    private static Call get(String path, String caller, String flow, String code) {
        return new Call("GET", path, "", caller, flow, code);
    }

    private static Call post(String path, String body, String flow, String code) {
        return new Call("POST", NATIVE + path, body, "ada", flow, code);
    }

    static Stream<Call> refused() {
        return Stream.of(
                get(NATIVE + "/objects/FieldService.WorkOrder", "ada", "read", "entity-not-online"),
                get(
                        NATIVE
                                + "/objects/FieldService.StockLevel?constraint=%5BFieldService.StockLevel_WorkOrder/FieldService.WorkOrder/Title=%27x%27%5D",
                        "ada",
                        "read",
                        "cross-mode-constraint"),
                get(NATIVE + "/objects/FieldService.StockLevel/x", "ada", "read", "type-mismatch"),
                get(NATIVE + "/objects/FieldService.StockLevel?limit=x", "ada", "read", "malformed-request"),
                get(NATIVE + "/objects/No.Such", "ada", "read", "unknown-entity"),
                get(NATIVE + "/objects/FieldService.StockLevel", "", "read", "unauthenticated"),
                get(NATIVE + "/objects/FieldService.StockLevel", "nobody", "read", "unauthenticated"),
                get(NATIVE + "/objects/FieldService.StockLevel", "otto", "read", "profile-not-allowed"),
                get("/v1/profiles/Nope", "ada", "other", "unknown-profile"),
                get("/v1/nothing", "ada", "other", "no-such-path"),
                get("/v1/connectivity?profile=Nope", "", "connectivity", "unknown-profile"),
                get("/admin/stores", "ada", "other", "access-denied"),
                get(NATIVE + "/batches", "ada", "upload", "method-not-allowed"),
                get(NATIVE + "/changes?since=x", "ada", "download", "invalid-cursor"),
                post("/queries", "{\"entity\":\"FieldService.WorkOrder\"}", "read", "entity-not-online"),
                post("/queries", "{", "read", "malformed-request"),
                post("/queries", "{\"entity\":\"" + "x".repeat(11 << 20) + "\"}", "read", "too-large"),
                post("/objects/FieldService.WorkOrder", "{}", "write", "entity-not-online"),
                post("/batches", "{}", "upload", "malformed-request"),
                post("/checks", "[]", "check", "malformed-request"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_refused_request_is_counted_once(Call call) {
        Map<String, Double> before = counts();

        call.send().then().statusCode(greaterThanOrEqualTo(400));

        Map<String, Double> after = counts();
        after.replaceAll((tags, count) -> count - before.getOrDefault(tags, 0.0));
        after.values().removeIf(raised -> raised == 0.0);
        assertThat(after).isEqualTo(Map.of(call.flow() + " " + call.code(), 1.0));
    }

    @Test
    void a_refused_read_counts_for_its_entity_wherever_it_is_named() {
        double before = reads("FieldService.WorkOrder", "entity-not-online");

        get(NATIVE + "/objects/FieldService.WorkOrder", "ada", "", "").send();
        post("/queries", "{\"entity\":\"FieldService.WorkOrder\"}", "", "").send();

        assertThat(reads("FieldService.WorkOrder", "entity-not-online")).isEqualTo(before + 2);
    }

    @Test
    void what_clients_invent_becomes_no_tag() {
        get(NATIVE + "/objects/Invented.Entity", "ada", "", "").send();

        assertThat(registry.find("tidegate.reads")
                        .tag("entity", "Invented.Entity")
                        .counters())
                .isEmpty();
        assertThat(reads("none", "unknown-entity")).isPositive();
    }

    private double reads(String entity, String outcome) {
        return registry.find("tidegate.reads").tags("entity", entity, "outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Map<String, Double> counts() {
        return registry.find("tidegate.refusals").counters().stream()
                .collect(Collectors.toMap(
                        counter -> counter.getId().getTag("flow") + " "
                                + counter.getId().getTag("code"),
                        Counter::count));
    }
}
