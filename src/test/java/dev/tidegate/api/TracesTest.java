package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.tidegate.ops.TrailFilter;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.ExportedSpan;
import dev.tidegate.testing.ExportedSpan.Kind;
import dev.tidegate.testing.ExportedSpan.Link;
import dev.tidegate.testing.TracedGateway;
import io.quarkus.logging.json.runtime.JsonFormatter;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a tracing system gets to see. Each call has a trace of its own, in which its caller stands; every value, id and name that was
 * sent is {@link #secret}, and nothing of them may have been exported.
 */
@QuarkusTest
@TestProfile(TracesTest.Traced.class)
class TracesTest {
    private static final String WEB = "/v1/profiles/Web/";
    private static final String MOBILE = "/v1/profiles/NativeMobile/";
    private static final String WORK_ORDER = "FieldService.WorkOrder";
    private static final String STOCK = "FieldService.StockLevel";
    private static final String TASK = "FieldService.Task";
    private static final String CALLER = "b7ad6b7169203331";

    public static final class Traced implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(TracedGateway.class));
        }
    }

    @SuppressWarnings("NullAway.Init")
    TracedGateway gateway;

    @ConfigProperty(name = "quarkus.management.port")
    int managementPort;

    private final String trace = UUID.randomUUID().toString().replace("-", "");
    private final List<String> secrets = new ArrayList<>(List.of("dora"));

    /** Sent by the test, and so nobody else's to see. */
    private String secret(String value) {
        secrets.add(value);
        return value;
    }

    private String secretId() {
        return secret(UUID.randomUUID().toString());
    }

    @AfterEach
    void nothing_of_what_was_sent_is_exported() {
        String received = gateway.collector().received();
        assertThat(secrets).noneMatch(secret -> received.contains(secret));
    }

    private String traceparent(boolean recorded) {
        return "00-" + trace + "-" + CALLER + (recorded ? "-01" : "-00");
    }

    private RequestSpecification as(String user) {
        return given().auth()
                .preemptive()
                .basic(user, user)
                .contentType(ContentType.JSON)
                .header("traceparent", traceparent(true));
    }

    private ExportedSpan server() {
        return gateway.collector()
                .await("the call's span", span -> span.trace().equals(trace) && span.kind() == Kind.SERVER);
    }

    private ExportedSpan below(ExportedSpan parent, String name) {
        return gateway.collector()
                .await(name, span -> span.isUnder(parent) && span.name().equals(name));
    }

    private ExportedSpan linkedTo(ExportedSpan call) {
        return gateway.collector()
                .await("the attempt's span", span -> span.links().contains(new Link(call.trace(), call.id())));
    }

    private static List<String> tracesOfIncidents(CapturedLog log) {
        return log.objects().stream()
                .filter(line -> line.path("message").asText().startsWith("Incident"))
                .map(line -> line.path("mdc").path("traceId").asText())
                .toList();
    }

    /** What was done before it has been exported, too, once this has. */
    private void awaitWhatWasDone() {
        String marker = UUID.randomUUID().toString().replace("-", "");
        given().header("traceparent", "00-" + marker + "-" + CALLER + "-01").get("/v1/connectivity");
        gateway.collector().await("a later call's span", span -> span.trace().equals(marker));
    }

    private static Map<String, Object> ofStore(String operation) {
        return Map.of("db.system.name", "postgresql", "db.operation.name", operation, "tidegate.store", "field");
    }

    private Map<String, Object> batch(List<Map<String, Object>> operations) {
        Map<String, Object> batch = new HashMap<>();
        batch.put("batchId", secretId());
        batch.put("clientId", secretId());
        batch.put("operations", operations);
        return batch;
    }

    private Map<String, Object> task(Map<String, Object> attributes) {
        return create(secretId(), attributes, Map.of());
    }

    private static Map<String, Object> create(
            String id, Map<String, Object> attributes, Map<String, Object> associations) {
        return Map.of("op", "create", "entity", TASK, "id", id, "attributes", attributes, "associations", associations);
    }

    @Nested
    class Calls {
        @Test
        void a_read_by_id_is_followed_from_its_caller_into_the_store() {
            String id = secret(Demo.id("stock_level", 3));
            as("dora").get(WEB + "objects/" + STOCK + "/" + id).then().statusCode(200);

            ExportedSpan server = server();
            assertThat(server)
                    .isEqualTo(new ExportedSpan(
                            trace,
                            server.id(),
                            CALLER,
                            "GET /v1/profiles/{}/objects/{}/{}",
                            Kind.SERVER,
                            Map.of(
                                    "http.request.method",
                                    "GET",
                                    "http.route",
                                    "/v1/profiles/{}/objects/{}/{}",
                                    "http.response.status_code",
                                    200L,
                                    "tidegate.entity",
                                    STOCK),
                            List.of(),
                            List.of(),
                            false));
            ExportedSpan store = below(server, "read field");
            assertThat(store.kind()).isEqualTo(Kind.CLIENT);
            assertThat(store.attributes()).isEqualTo(ofStore("read"));
        }

        @Test
        void a_page_with_a_constraint_tells_nothing_of_it() {
            as("dora")
                    .queryParam("constraint", "[Title = '" + secret("a-private-title") + "']")
                    .get(WEB + "objects/" + WORK_ORDER)
                    .then()
                    .statusCode(200);

            assertThat(below(server(), "read field").attributes()).isEqualTo(ofStore("read"));
        }

        @Test
        void a_live_write_is_followed_into_the_store() {
            String id = secret("S-" + UUID.randomUUID());
            as("dora")
                    .body(Map.of("id", id, "attributes", Map.of("Name", secret("a-private-name"))))
                    .post(WEB + "objects/FieldService.SparePart")
                    .then()
                    .statusCode(201);

            ExportedSpan server = server();
            assertThat(server.name()).isEqualTo("POST /v1/profiles/{}/objects/{}");
            assertThat(server.attributes()).containsEntry("tidegate.entity", "FieldService.SparePart");
            assertThat(below(server, "write field").attributes()).isEqualTo(ofStore("write"));
        }

        @Test
        void a_refusal_tells_its_code() {
            as("dora")
                    .get(WEB + "objects/" + secret("Private.Entity") + "/1")
                    .then()
                    .statusCode(404);

            assertThat(server().attributes())
                    .containsEntry("error.type", "unknown-entity")
                    .containsEntry("http.response.status_code", 404L)
                    .containsEntry("http.route", "/v1/profiles/{}/objects/{}/{}");
            assertThat(server().failed()).isFalse();
        }

        @Test
        void who_is_not_let_in_is_followed_no_further() {
            given().auth()
                    .preemptive()
                    .basic("dora", secret("a-private-password"))
                    .header("traceparent", traceparent(true))
                    .get(WEB + "objects/" + WORK_ORDER)
                    .then()
                    .statusCode(401);

            assertThat(server().attributes()).containsEntry("error.type", "unauthenticated");
            assertThat(gateway.collector().ofTrace(trace)).hasSize(1);
        }

        @Test
        void an_incident_is_a_failure_and_its_lines_have_the_same_trace() {
            try (CapturedLog log = CapturedLog.of("dev.tidegate", new JsonFormatter(), new TrailFilter())) {
                as("dora")
                        .get("/v1/profiles/" + secret("a-private-profile") + "/echo/bug")
                        .then()
                        .statusCode(500);

                assertThat(tracesOfIncidents(log)).containsExactly(trace);
            }
            assertThat(server().failed()).isTrue();
            assertThat(server().attributes()).containsEntry("error.type", "internal-error");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"})
        void what_is_no_traceparent_begins_a_trace_which_the_lines_have(String nonsense) {
            try (CapturedLog log = CapturedLog.of("dev.tidegate", new JsonFormatter(), new TrailFilter())) {
                given().header("traceparent", nonsense)
                        .get(WEB + "echo/bug")
                        .then()
                        .statusCode(500);

                assertThat(tracesOfIncidents(log))
                        .hasSize(1)
                        .allMatch(id -> id.matches("[0-9a-f]{32}") && !id.matches("0+"));
            }
        }

        @Test
        void two_traceparents_are_none() {
            as("dora")
                    .header("traceparent", traceparent(true).replace('7', '8'))
                    .get(WEB + "objects/" + WORK_ORDER)
                    .then()
                    .statusCode(200);
            awaitWhatWasDone();

            assertThat(gateway.collector().ofTrace(trace)).isEmpty();
        }

        @Test
        void a_call_whose_caller_is_not_recorded_is_not() {
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .header("traceparent", traceparent(false))
                    .get(WEB + "objects/" + WORK_ORDER)
                    .then()
                    .statusCode(200);
            awaitWhatWasDone();

            assertThat(gateway.collector().ofTrace(trace)).isEmpty();
        }

        @Test
        void probes_and_pages_are_not_followed() {
            as("dora").get("/q/openapi").then().statusCode(200);
            as("dora").get("/problems").then().statusCode(200);
            as("dora").get(management("/q/health/ready")).then().statusCode(200);
            as("dora").get(management("/q/metrics")).then().statusCode(200);
            awaitWhatWasDone();

            assertThat(gateway.collector().ofTrace(trace)).isEmpty();
        }

        private String management(String path) {
            return "http://127.0.0.1:" + managementPort + path;
        }
    }

    @Nested
    class Streams {
        @Test
        void a_stream_ends_with_its_last_line() {
            as("dora")
                    .accept("application/x-ndjson")
                    .get(WEB + "objects/" + WORK_ORDER)
                    .then()
                    .statusCode(200);

            ExportedSpan server = server();
            assertThat(server.attributes())
                    .containsEntry("tidegate.stream.end", "served")
                    .containsEntry("tidegate.entity", WORK_ORDER);
            assertThat(below(server, "stream field").attributes()).isEqualTo(ofStore("stream"));
        }

        @Test
        void a_listener_is_followed_until_it_goes() throws Exception {
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                HttpResponse<InputStream> listening = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + MOBILE
                                        + "changes/events?client=" + secretId()))
                                .header("Authorization", "Basic " + encoded("ada:ada"))
                                .header("Accept", "text/event-stream")
                                .header("traceparent", traceparent(true))
                                .build(),
                        BodyHandlers.ofInputStream());
                assertThat(listening.statusCode()).isEqualTo(200);
                awaitWhatWasDone();
                assertThat(gateway.collector().ofTrace(trace)).isEmpty();

                listening.body().close();
            }
            assertThat(server().name()).isEqualTo("GET /v1/profiles/{}/changes/events");
            assertThat(server().attributes()).containsEntry("tidegate.stream.end", "client-gone");
        }

        private static String encoded(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void a_download_is_followed_into_each_moment_of_a_store() {
            as("ada").get(MOBILE + "changes?client=" + secretId()).then().statusCode(200);

            ExportedSpan server = server();
            assertThat(gateway.collector().ofTrace(trace))
                    .filteredOn(span -> span.name().equals("snapshot field"))
                    .isNotEmpty()
                    .allMatch(span -> span.isUnder(server) && span.attributes().equals(ofStore("snapshot")));
        }
    }

    @Nested
    class Batches {
        @Test
        void a_batch_is_followed_into_the_queue_and_what_applies_it_links_to_its_submission() {
            as("ada")
                    .body(batch(List.of(
                            task(Map.of("Title", secret("a-private-task"))),
                            task(Map.of("NoSuchAttribute", secret("a-private-value"))))))
                    .post(MOBILE + "batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("state", is("applied-with-errors"));

            ExportedSpan server = server();
            assertThat(server.name()).isEqualTo("POST /v1/profiles/{}/batches");
            assertThat(below(server, "accept queue").attributes())
                    .isEqualTo(Map.of(
                            "db.system.name",
                            "postgresql",
                            "db.operation.name",
                            "accept",
                            "tidegate.operations",
                            2L,
                            "tidegate.repeated",
                            false));
            ExportedSpan attempt = linkedTo(server);
            assertThat(attempt.trace()).isNotEqualTo(trace);
            assertThat(attempt)
                    .isEqualTo(new ExportedSpan(
                            attempt.trace(),
                            attempt.id(),
                            "",
                            "apply field",
                            Kind.CONSUMER,
                            Map.of(
                                    "tidegate.store",
                                    "field",
                                    "tidegate.parts",
                                    1L,
                                    "tidegate.operations",
                                    2L,
                                    "tidegate.late",
                                    false),
                            List.of(new ExportedSpan.Event(
                                    "part",
                                    Map.of(
                                            "tidegate.operations",
                                            2L,
                                            "tidegate.outcome.applied",
                                            1L,
                                            "tidegate.outcome.rejected",
                                            1L))),
                            List.of(new Link(trace, server.id())),
                            false));
            assertThat(below(attempt, "write field").attributes()).isEqualTo(ofStore("write"));
            assertThat(below(attempt, "settle queue").attributes())
                    .isEqualTo(Map.of("db.system.name", "postgresql", "db.operation.name", "settle"));
        }

        @Test
        void a_large_batch_which_leaves_the_event_loop_is_followed_all_the_same() {
            List<Map<String, Object>> many = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                many.add(task(Map.of("Title", secret("a-private-task-" + i))));
            }
            as("ada")
                    .body(batch(many))
                    .post(MOBILE + "batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("state", is("applied"));

            ExportedSpan server = server();
            below(server, "accept queue");
            assertThat(linkedTo(server).attributes()).containsEntry("tidegate.operations", 80L);
        }

        @Test
        void what_waits_for_an_object_links_to_its_own_submission_when_it_is_applied_late() {
            String parent = secretId();
            as("ada")
                    .body(batch(List.of(create(
                            secretId(),
                            Map.of("Title", secret("a-private-child")),
                            Map.of("FieldService.Task_Parent", parent)))))
                    .post(MOBILE + "batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("operations[0].outcome", is("parked"));
            given().auth()
                    .preemptive()
                    .basic("ada", "ada")
                    .contentType(ContentType.JSON)
                    .body(batch(List.of(create(parent, Map.of("Title", secret("a-private-parent")), Map.of()))))
                    .post(MOBILE + "batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("state", is("applied"));

            Link call = new Link(trace, server().id());
            ExportedSpan late = gateway.collector()
                    .await(
                            "the late attempt that came to something",
                            span -> span.links().equals(List.of(call))
                                    && Boolean.TRUE.equals(span.attributes().get("tidegate.late"))
                                    && !span.events().isEmpty());
            assertThat(late.events())
                    .containsExactly(new ExportedSpan.Event(
                            "part", Map.of("tidegate.operations", 1L, "tidegate.outcome.applied", 1L)));
            below(late, "write field");
            below(late, "settle queue");
        }

        @Test
        void a_batch_whose_submission_is_not_recorded_is_applied_unseen() {
            long before = attempts();
            given().auth()
                    .preemptive()
                    .basic("ada", "ada")
                    .contentType(ContentType.JSON)
                    .header("traceparent", traceparent(false))
                    .body(batch(List.of(task(Map.of("Title", secret("unseen"))))))
                    .post(MOBILE + "batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("state", is("applied"));
            awaitWhatWasDone();

            assertThat(attempts()).isEqualTo(before);
        }

        private long attempts() {
            return gateway.collector().spans().stream()
                    .filter(span -> span.name().equals("apply field"))
                    .count();
        }
    }
}
