package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.tidegate.testing.BreakableStores;
import dev.tidegate.testing.Until;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One store is slow or away, and the other does not notice. A store hangs because somebody has locked its table. */
@QuarkusTest
@TestProfile(StoresApartTest.Breakable.class)
class StoresApartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CROWD = 200;
    private static final String ACCOUNTS = "/v1/profiles/Web/objects/Billing.Account?limit=1";
    private static final String SUPPLIERS = "/v1/profiles/Web/objects/FieldService.Supplier?limit=1";
    private static final String BATCHES = "/v1/profiles/NativeMobile/batches";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Stores behind networks that can be broken, and no patience with what refers to nothing ({@link NoPatienceTest}). */
    public static final class Breakable implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(BreakableStores.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tidegate.parking.patience", "PT0S");
        }
    }

    @Nullable
    BreakableStores stores;

    private BreakableStores stores() {
        return Objects.requireNonNull(stores);
    }

    @AfterEach
    void heal() {
        stores().billing().network().heal();
        Until.holds("billing serves again", PATIENCE, () -> get(ACCOUNTS).statusCode() == 200);
        Until.holds("billing is up", PATIENCE, () -> believed("billing").equals("up closed"));
    }

    @Nested
    class ASlowStore {
        @Test
        void ties_up_nothing_but_itself_and_its_circuit_opens_is_tried_by_one_call_and_closes() throws Exception {
            try (Connection locking = stores().billing().database().connect()) {
                lock(locking, "billing.account");
                List<CompletableFuture<HttpResponse<String>>> crowd = crowd(CROWD);
                Until.holds("calls hang in the store", PATIENCE, () -> waitingForLock() > 0);

                assertThat(get(SUPPLIERS).statusCode()).isEqualTo(200);
                assertThat(crowd).as("the store still hangs meanwhile").anyMatch(call -> !call.isDone());
                assertThat(IntStream.range(0, 20).map(_ -> get(SUPPLIERS).statusCode()))
                        .containsOnly(200);
                assertThat(apply(List.of(create("FieldService.Task", Map.of("Title", "meanwhile")))))
                        .containsExactly("applied");
                assertThat(alive()).isEqualTo(200);

                List<HttpResponse<String>> answers =
                        crowd.stream().map(CompletableFuture::join).toList();
                assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(503, 504);
                assertThat(answers).extracting(HttpResponse::statusCode).contains(503, 504);
                assertThat(answers)
                        .filteredOn(answer -> answer.statusCode() == 503)
                        .allSatisfy(answer -> {
                            assertThat(answer.headers().firstValue("Retry-After"))
                                    .contains("1");
                            assertThat(code(answer)).isEqualTo("store-unavailable");
                        });
                assertThat(answers)
                        .filteredOn(answer -> answer.statusCode() == 504)
                        .extracting(StoresApartTest::code)
                        .containsOnly("store-timeout");
                Until.holds("nothing goes on in the store for nobody", PATIENCE, () -> waitingForLock() == 0);

                Until.holds("the circuit has opened and may be tried", PATIENCE, () -> {
                    if (believed("billing").endsWith(" closed")) {
                        crowd(8).forEach(CompletableFuture::join);
                    }
                    return believed("billing").equals("suspect half-open");
                });
                List<HttpResponse<String>> tries =
                        crowd(20).stream().map(CompletableFuture::join).toList();
                assertThat(tries).extracting(HttpResponse::statusCode).containsOnly(503, 504);
                assertThat(tries).extracting(HttpResponse::statusCode).containsOnlyOnce(504);
                locking.rollback();
            }

            Until.holds(
                    "the circuit was tried and closed",
                    PATIENCE,
                    () -> get(ACCOUNTS).statusCode() == 200);
            assertThat(believed("billing")).isEqualTo("up closed");
            assertThat(metrics())
                    .contains("tidegate_store_circuit{circuit=\"closed\",store=\"billing\"} 1")
                    .contains("tidegate_store_circuit{circuit=\"open\",store=\"billing\"} 0")
                    .containsPattern("tidegate_store_circuit_changes_total\\{store=\"billing\",to=\"open\"} [1-9]")
                    .containsPattern("tidegate_store_calls_refused_total\\{reason=\"full\",store=\"billing\"} [1-9]")
                    .containsPattern(
                            "tidegate_store_calls_refused_total\\{reason=\"being-tried\",store=\"billing\"} [1-9]")
                    .contains("tidegate_store_calls{state=\"running\",store=\"billing\"} 0");
        }

        @Test
        void holds_up_its_own_batches_only() throws Exception {
            String account = Demo.id("account", 4);
            try (Connection locking = stores().billing().database().connect()) {
                lock(locking, "billing.expense");
                List<String> slow = IntStream.range(0, 20)
                        .mapToObj(_ -> send(UUID.randomUUID(), List.of(expense(account))))
                        .toList();

                for (int i = 0; i < 10; i++) {
                    assertThat(apply(List.of(create("FieldService.Task", Map.of("Title", "quick " + i)))))
                            .containsExactly("applied");
                }
                assertThat(slow).noneMatch(batch -> state(batch).startsWith("applied"));
                locking.rollback();
                slow.forEach(batch -> Until.holds(
                        "applied in the end", PATIENCE, () -> state(batch).equals("applied")));
            }
        }
    }

    @Nested
    class AStoreThatIsCutOff {
        @Test
        void leaves_the_other_reading_and_applying_and_is_caught_up_with_when_it_is_back() {
            stores().billing().network().cut();
            String account = Demo.id("account", 3);
            Map<String, Object> task = create("FieldService.Task", Map.of("Title", "of both"));
            Map<String, Object> expense = expense(account);
            String batch = send(UUID.randomUUID(), List.of(task, expense));

            Until.holds(
                    "the part in the other store is applied",
                    PATIENCE,
                    () -> "1"
                            .equals(stores().field()
                                    .database()
                                    .value("SELECT count(*) FROM field_service.task WHERE id = '" + task.get("id")
                                            + "'")));
            Until.holds("billing is down", PATIENCE, () -> believed("billing").equals("down open"));
            assertThat(get(SUPPLIERS).statusCode()).isEqualTo(200);
            assertThat(code(get(ACCOUNTS))).isEqualTo("store-unavailable");
            assertThat(state(batch)).isNotEqualTo("applied");
            connectivity("entities=Billing.Account")
                    .body("online", is(false))
                    .body("unavailableEntities", hasItem("Billing.Account"));
            connectivity("entities=FieldService.StockLevel").body("online", is(true));
            assertThat(believed("field")).isEqualTo("up closed");

            stores().billing().network().heal();
            Until.holds("applied in both", PATIENCE, () -> state(batch).equals("applied"));
            assertThat(stores().billing()
                            .database()
                            .value("SELECT count(*) FROM billing.expense WHERE id = '" + expense.get("id") + "'"))
                    .isEqualTo("1");
        }
    }

    @Nested
    class AStoreThatIsCutOffDuringASync {
        private final String client = UUID.randomUUID().toString();

        @Test
        void keeps_its_part_of_the_batch_and_of_the_download_to_itself() {
            Until.holds(
                    "both stores can be downloaded from",
                    PATIENCE,
                    () -> !sync(Map.of("wait", 0)).contains("\"unavailable\""));
            stores().billing().network().cut();
            Until.holds("billing is down", PATIENCE, () -> believed("billing").equals("down open"));
            Map<String, Object> task = create("FieldService.Task", Map.of("Title", "of both"));
            Map<String, Object> expense = expense(Demo.id("account", 3));
            Map<String, Object> batch = Map.of(
                    "batchId", UUID.randomUUID().toString(), "clientId", client, "operations", List.of(task, expense));

            String lines = sync(Map.of("batch", batch, "wait", 3));

            assertThat(lines)
                    .startsWith("{\"accepted\":{\"batchId\":\"" + batch.get("batchId"))
                    .contains("{\"unavailable\":{\"store\":\"billing\",\"entities\":[\"Billing.Expense\"]")
                    .contains("{\"put\":{\"id\":\"" + task.get("id"))
                    .doesNotContain("Billing.Expense\",\"version\"");
            assertThat(end(lines).getBoolean("more")).isFalse();
            assertThat(end(lines).getInt("receipt.position")).isZero();

            stores().billing().network().heal();
            String since = end(lines).getString("cursor");
            Until.holds("the receipt covers it", PATIENCE, () -> {
                String later = sync(Map.of("since", since, "wait", 0));
                return end(later).getInt("receipt.position") == 1
                        && later.contains("{\"put\":{\"id\":\"" + expense.get("id"));
            });
        }

        private String sync(Map<String, Object> members) {
            Map<String, Object> body = new HashMap<>(members);
            body.put("client", client);
            return ada().body(body)
                    .post("/v1/profiles/NativeMobile/sync")
                    .then()
                    .statusCode(200)
                    .extract()
                    .body()
                    .asString();
        }

        private static JsonPath end(String lines) {
            return JsonPath.from(lines.lines().reduce((_, last) -> last).orElseThrow());
        }
    }

    @Nested
    class BothTogether {
        @Test
        void a_batch_is_applied_in_each_and_its_reference_leads_from_one_into_the_other() {
            String order = Demo.id("task", 777);
            Map<String, Object> expense = Map.of(
                    "op", "create",
                    "entity", "Billing.Expense",
                    "id", UUID.randomUUID().toString(),
                    "attributes", Map.of("Amount", "12.50", "Kind", "Fuel", "SpentBy", "ada"),
                    "associations",
                            Map.of(
                                    "Billing.Expense_WorkOrder",
                                    order,
                                    "Billing.Expense_Account",
                                    Demo.id("account", 5)));

            assertThat(apply(List.of(
                            create("FieldService.Task", Map.of("Title", "first")),
                            expense,
                            expense(Demo.id("account", 5)))))
                    .containsExactly("applied", "applied", "applied");
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .get("/v1/profiles/Web/objects/Billing.Expense/" + expense.get("id"))
                    .then()
                    .statusCode(200)
                    .body("associations.'Billing.Expense_WorkOrder'", equalTo(order));
        }

        @Test
        void an_atomic_batch_is_of_one_store() {
            Map<String, Object> batch = Map.of(
                    "batchId", UUID.randomUUID().toString(),
                    "clientId", UUID.randomUUID().toString(),
                    "atomic", true,
                    "operations",
                            List.of(create("FieldService.Task", Map.of("Title", "x")), expense(Demo.id("account", 5))));

            ada().body(batch)
                    .post(BATCHES)
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("atomic-across-stores"))
                    .body("violations[0].pointer", equalTo("/atomic"));
        }

        @Test
        void a_constraint_or_sort_does_not_lead_from_one_into_the_other() {
            String path = "Billing.Account_Customer/FieldService.Customer/Name";
            for (Map<String, String> query : List.of(
                    Map.of("constraint", "[" + path + " = 'x']"),
                    Map.of("constraint", "[not(Billing.Account_Customer)]"),
                    Map.of("sort", path + " asc"))) {
                given().auth()
                        .preemptive()
                        .basic("dora", "dora")
                        .queryParams(query)
                        .get("/v1/profiles/Web/objects/Billing.Account")
                        .then()
                        .statusCode(422)
                        .body("code", equalTo("cross-store-constraint"));
            }
        }
    }

    private static void lock(Connection connection, String table) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        }
    }

    private long waitingForLock() {
        return stores().billing()
                .database()
                .column("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name = 'tidegate' AND wait_event_type = 'Lock'")
                .size();
    }

    private static List<CompletableFuture<HttpResponse<String>>> crowd(int size) {
        return IntStream.range(0, size)
                .mapToObj(_ -> HTTP.sendAsync(request(ACCOUNTS), BodyHandlers.ofString()))
                .toList();
    }

    private static HttpResponse<String> get(String path) {
        return HTTP.sendAsync(request(path), BodyHandlers.ofString()).join();
    }

    private static HttpRequest request(String path) {
        String dora = Base64.getEncoder().encodeToString("dora:dora".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Basic " + dora)
                .timeout(PATIENCE)
                .build();
    }

    private static String code(HttpResponse<String> answer) {
        return JsonPath.from(answer.body()).getString("code");
    }

    private static io.restassured.response.ValidatableResponse connectivity(String query) {
        return given().auth()
                .preemptive()
                .basic("dora", "dora")
                .get("/v1/connectivity?" + query)
                .then()
                .statusCode(200);
    }

    private static String believed(String store) {
        JsonPath answer = connectivity("profile=Web").extract().jsonPath();
        return answer.getString("stores." + store + ".state") + " " + answer.getString("stores." + store + ".circuit");
    }

    private static int alive() {
        return given().port(managementPort()).get("/q/health/live").statusCode();
    }

    private static String metrics() {
        return given().port(managementPort()).get("/q/metrics").asString();
    }

    private static int managementPort() {
        return ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class);
    }

    private static io.restassured.specification.RequestSpecification ada() {
        return given().auth().preemptive().basic("ada", "ada").contentType(ContentType.JSON);
    }

    private static Map<String, Object> create(String entity, Map<String, Object> attributes) {
        return Map.of("op", "create", "entity", entity, "id", UUID.randomUUID().toString(), "attributes", attributes);
    }

    private static Map<String, Object> expense(String account) {
        return Map.of(
                "op", "create",
                "entity", "Billing.Expense",
                "id", UUID.randomUUID().toString(),
                "attributes", Map.of("Amount", "3.20", "SpentBy", "ada"),
                "associations", Map.of("Billing.Expense_Account", account));
    }

    /** Sends a batch of a new client and says where its state stands. */
    private static String send(UUID client, List<Map<String, Object>> operations) {
        String batch = UUID.randomUUID().toString();
        ada().body(Map.of("batchId", batch, "clientId", client.toString(), "operations", operations))
                .post(BATCHES)
                .then()
                .statusCode(202);
        return BATCHES + "/" + batch;
    }

    private static String state(String batch) {
        return ada().get(batch).then().statusCode(200).extract().path("state");
    }

    private static List<String> apply(List<Map<String, Object>> operations) {
        String batch = send(UUID.randomUUID(), operations);
        Until.holds("applied", PATIENCE, () -> state(batch).startsWith("applied"));
        return ada().get(batch).then().extract().path("operations.outcome");
    }
}
