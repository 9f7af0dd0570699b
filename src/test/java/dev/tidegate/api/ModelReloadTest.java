package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.tidegate.api.ReloadedGateway.Shop;
import dev.tidegate.edition.Editions;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Until;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Another model while the gateway runs: asked for by an operator. */
@QuarkusTest
@TestProfile(ReloadedGateway.Asked.class)
class ModelReloadTest {
    private static final String MODEL = "/admin/model";
    private static final String MOBILE = "/v1/profiles/Mobile";
    private static final String ITEMS = "/v1/profiles/Web/objects/Shop.Item";
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Editions editions;

    @BeforeEach
    void theUsualShop() {
        serve(Shop.USUAL);
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static ValidatableResponse ask() {
        return as("otto").post(MODEL).then();
    }

    private static String serve(Shop shop) {
        ReloadedGateway.replace(shop.text());
        return ask().statusCode(200).extract().path("version");
    }

    private String served() {
        return editions.current().version();
    }

    @Nested
    class The_standing {
        @Test
        void tells_what_is_served_and_what_the_last_reading_came_to() {
            as("otto")
                    .get(MODEL)
                    .then()
                    .statusCode(200)
                    .header("Tidegate-Model", served())
                    .body("version", equalTo(served()))
                    .body("source", equalTo(ReloadedGateway.file().toString()))
                    .body("loadedAt", notNullValue())
                    .body("lastAttempt.by", equalTo("operator"))
                    .body("lastAttempt.operator", equalTo("otto"))
                    .body("lastAttempt.issues", empty());
        }

        @Test
        void is_the_operators() {
            as("ada").get(MODEL).then().statusCode(403);
            as("ada").post(MODEL).then().statusCode(403);
            given().post(MODEL).then().statusCode(401);
        }
    }

    @Nested
    class A_call {
        @Test
        void that_finds_nothing_new_says_so() {
            String before = served();
            ask().statusCode(200)
                    .body("lastAttempt.outcome", equalTo("unchanged"))
                    .body("version", equalTo(before));
        }

        @Test
        void with_a_body_is_refused_since_the_file_is_the_truth() {
            as("otto")
                    .contentType("text/plain")
                    .body(Shop.USUAL.withNote().text())
                    .post(MODEL)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-request"))
                    .body("detail", containsString("reads its own model file"));
            as("otto").queryParam("dry", true).post(MODEL).then().statusCode(400);
        }

        @Test
        void is_in_the_audit_log_with_what_it_came_to() {
            try (CapturedLog log = CapturedLog.of("tidegate.audit")) {
                String version = serve(Shop.USUAL.withNote());
                assertThat(log.lines())
                        .anyMatch(line -> line.contains(
                                "\"action\":\"reload\",\"caller\":\"otto\",\"outcome\":\"loaded\",\"model\":\""
                                        + version + "\""));
            }
        }
    }

    @Nested
    class Another_model {
        @Test
        void has_another_member_from_its_first_call_on() {
            Response before = as("ada").get(MOBILE);
            String tag = before.header("ETag");
            as("ada").header("If-None-Match", tag).get(MOBILE).then().statusCode(304);
            as("ada").queryParam("limit", 1).get(ITEMS).then().body("objects[0].attributes", not(hasKey("Note")));

            String version = serve(Shop.USUAL.withNote());

            as("ada")
                    .header("If-None-Match", tag)
                    .get(MOBILE)
                    .then()
                    .statusCode(200)
                    .header("ETag", not(equalTo(tag)))
                    .header("Tidegate-Model", version)
                    .body("modelVersion", equalTo(version))
                    .body("entities.'Shop.Item'.attributes", hasKey("Note"));
            as("ada").queryParam("limit", 1).get(ITEMS).then().body("objects[0].attributes", hasKey("Note"));
            as("ada")
                    .contentType("application/json")
                    .body(Map.of("attributes", Map.of("Title", "new", "Note", "noted")))
                    .post(ITEMS)
                    .then()
                    .statusCode(201)
                    .body("attributes.Note", equalTo("noted"));
        }

        @Test
        void has_another_mode() {
            serve(Shop.USUAL.inMode("online"));
            as("ada").get(MOBILE).then().body("entities.'Shop.Item'.mode", equalTo("online"));
            as("ada")
                    .queryParam("limit", 1)
                    .get(MOBILE + "/objects/Shop.Item")
                    .then()
                    .statusCode(200);
            serve(Shop.USUAL);
            as("ada")
                    .queryParam("limit", 1)
                    .get(MOBILE + "/objects/Shop.Item")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("entity-not-online"));
        }

        @Test
        void lacks_an_entity() {
            serve(Shop.USUAL.with("Box: { store: field, table: shop.box, attributes: { Label: { type: string } } }"));
            as("ada").get("/v1/profiles/Web/objects/Shop.Box").then().statusCode(200);
            serve(Shop.USUAL);
            as("ada")
                    .get("/v1/profiles/Web/objects/Shop.Box")
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("unknown-entity"));
        }

        @Test
        void knows_the_roles_of_callers_that_were_let_in_a_moment_before() {
            as("arno").queryParam("limit", 1).get(ITEMS).then().statusCode(403);
            serve(Shop.USUAL.withAuditors());
            as("arno").queryParam("limit", 1).get(ITEMS).then().statusCode(200).body("objects.size()", equalTo(1));
            serve(Shop.USUAL);
            as("arno").queryParam("limit", 1).get(ITEMS).then().statusCode(403);
        }

        @Test
        void may_be_in_a_store_that_is_configured_and_that_no_model_named_before() {
            serve(Shop.USUAL.with("Box: { store: billing, table: shop.box, attributes: { Label: { type: string } } }"));
            as("ada")
                    .get("/v1/profiles/Web/objects/Shop.Box")
                    .then()
                    .statusCode(200)
                    .body("objects[0].attributes.Label", equalTo("in billing"));
        }

        @Test
        void is_known_to_health_and_measures() {
            String version = serve(Shop.USUAL.withNote());
            assertThat(metrics()).contains("tidegate_model{version=\"" + version + "\"} 1");
            serve(Shop.USUAL);
            assertThat(metrics())
                    .contains("tidegate_model{version=\"" + served() + "\"} 1")
                    .doesNotContain(version)
                    .contains("tidegate_model_refused 0");
        }

        @Test
        void ends_those_who_listen_and_serves_them_when_they_come_again() {
            try (EventListener listener = EventListener.of("ada", "Mobile")) {
                listener.hears(": listening");
                serve(Shop.USUAL.with(
                        "Box: { store: field, table: shop.box, attributes: { Label: { type: string } } }"));
                listener.hears("event: bye")
                        .hears("data: {\"reason\":\"model\"}")
                        .isOver();
            }
            try (EventListener listener = EventListener.of("ada", "Mobile")) {
                listener.hears(": listening");
                Until.holds("it hears of the box", SOON, () -> {
                    FieldStore.execute("INSERT INTO shop.box VALUES (gen_random_uuid(), 'heard of')");
                    return listener.hearsWithin(Duration.ofSeconds(1), "data: {\"entities\":[\"Shop.Box\"]}");
                });
            }
        }

        @Test
        void has_the_changes_of_a_new_table_from_its_first_moment_on() throws SQLException {
            FieldStore.execute("DROP TABLE shop.box", "CREATE TABLE shop.box (id uuid PRIMARY KEY, label text)");
            Device device = new Device("ada", "Mobile");
            device.pull(5_000);

            serve(Shop.USUAL.with("Box: { store: field, table: shop.box, attributes: { Label: { type: string } } }"));
            String first = UUID.randomUUID().toString();
            FieldStore.execute("INSERT INTO shop.box VALUES ('" + first + "', 'first')");
            assertThat(triggers("shop.box")).isPositive();

            device.pull(5_000);
            assertThat(device.objects()).containsKey("Shop.Box " + first);
            String second = UUID.randomUUID().toString();
            FieldStore.execute(
                    "INSERT INTO shop.box VALUES ('" + second + "', 'second')",
                    "DELETE FROM shop.box WHERE id = '" + first + "'");
            device.pull(5_000);
            assertThat(device.objects()).containsKey("Shop.Box " + second).doesNotContainKey("Shop.Box " + first);
            assertThat(device.removed()).containsExactly("Shop.Box " + first);
        }

        @Test
        void judges_what_was_queued_by_the_one_before() throws SQLException {
            serve(Shop.USUAL.withNote());
            String client = UUID.randomUUID().toString();
            String underWay = UUID.randomUUID().toString();
            String queued = UUID.randomUUID().toString();
            String item = UUID.randomUUID().toString();
            try (Connection store = FieldStore.connect();
                    Statement statement = store.createStatement()) {
                store.setAutoCommit(false);
                statement.execute("LOCK TABLE shop.item IN EXCLUSIVE MODE");
                send(client, underWay, item, Map.of("Title", "t", "Note", "by the model before"));
                Until.holds("the first is being applied", SOON, ModelReloadTest::isWaitedFor);
                send(client, queued, UUID.randomUUID().toString(), Map.of("Title", "t", "Note", "too late"));
                serve(Shop.USUAL);
                store.rollback();
            }
            settled(underWay).body("operations[0].outcome", equalTo("applied"));
            settled(queued)
                    .body("state", equalTo("applied-with-errors"))
                    .body("operations[0].outcome", equalTo("rejected"))
                    .body("operations[0].problem.code", equalTo("unknown-member"));
            assertThat(text("SELECT note FROM shop.item WHERE id = '" + item + "'"))
                    .isEqualTo("by the model before");
        }
    }

    @Nested
    class What_cannot_be_served {
        @Test
        void is_refused_whole_with_its_issues_and_the_model_before_goes_on() {
            String before = served();
            ReloadedGateway.replace(Shop.USUAL.withNote().text().replace("type: string }", "type: strong }"));

            ask().statusCode(422)
                    .contentType("application/problem+json")
                    .body("code", equalTo("model-refused"))
                    .body("instance", equalTo(MODEL))
                    .body("violations.size()", greaterThan(0))
                    .body("violations[0].line", equalTo(5))
                    .body("violations[0].column", greaterThan(1))
                    .body("violations[0].severity", equalTo("error"))
                    .body("violations[0].code", notNullValue())
                    .body("violations[0].detail", containsString("strong"))
                    .body("violations[0].advice", notNullValue());

            goesOnWith(before);
            as("otto")
                    .get(MODEL)
                    .then()
                    .body("version", equalTo(before))
                    .body("lastAttempt.outcome", equalTo("refused"))
                    .body("lastAttempt.issues.size()", greaterThan(0));
            assertThat(metrics()).contains("tidegate_model_refused 1");
        }

        @Test
        void is_an_empty_file_or_none() throws IOException {
            String before = served();
            ReloadedGateway.replace("");
            ask().statusCode(422);
            goesOnWith(before);
            Files.delete(ReloadedGateway.file());
            ask().statusCode(422).body("violations.code", hasItem("unreadable-file"));
            goesOnWith(before);
        }

        @Test
        void is_a_file_that_somebody_is_writing() throws InterruptedException {
            String before = served();
            AtomicBoolean written = new AtomicBoolean();
            Thread writer = Thread.ofVirtual().start(() -> write(written));
            try {
                Until.holds(
                        "something is written",
                        SOON,
                        () -> !Files.readString(ReloadedGateway.file()).equals(Shop.USUAL.text()));
                ask().statusCode(422).body("violations.code", hasItem("changing-file"));
                goesOnWith(before);
            } finally {
                written.set(true);
                writer.join();
            }
        }

        private static void write(AtomicBoolean written) {
            try {
                StringBuilder text = new StringBuilder(Shop.USUAL.withNote().text());
                while (!written.get()) {
                    Files.writeString(ReloadedGateway.file(), text.append("# more\n"));
                    Until.pause(Duration.ofMillis(20));
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Test
        void needs_a_store_that_is_not_configured() {
            String before = served();
            ReloadedGateway.replace(Shop.USUAL
                    .with("Box: { store: nowhere, table: shop.box, attributes: { Label: { type: string } } }")
                    .text());
            ask().statusCode(422)
                    .body("violations[0].code", equalTo("store-not-configured"))
                    .body("violations[0].detail", containsString("TIDEGATE_STORES_NOWHERE_URL"));
            goesOnWith(before);
        }

        private void goesOnWith(String version) {
            as("ada")
                    .queryParam("limit", 1)
                    .get(ITEMS)
                    .then()
                    .statusCode(200)
                    .header("Tidegate-Model", version)
                    .body("objects[0].attributes", not(hasKey("Note")));
        }
    }

    private static void send(String client, String batch, String item, Map<String, String> attributes) {
        as("ada")
                .contentType("application/json")
                .body(Map.of(
                        "batchId",
                        batch,
                        "clientId",
                        client,
                        "operations",
                        List.of(Map.of("op", "create", "entity", "Shop.Item", "id", item, "attributes", attributes))))
                .post(MOBILE + "/batches")
                .then()
                .statusCode(202);
    }

    private static ValidatableResponse settled(String batch) {
        Until.holds(
                "the batch is settled",
                SOON,
                () -> as("ada")
                        .get(MOBILE + "/batches/" + batch)
                        .path("state")
                        .toString()
                        .startsWith("applied"));
        return as("ada").get(MOBILE + "/batches/" + batch).then();
    }

    private static boolean isWaitedFor() throws SQLException {
        return Integer.parseInt(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) > 0;
    }

    private static int triggers(String table) throws SQLException {
        return Integer.parseInt(
                text("SELECT count(*) FROM pg_trigger WHERE tgrelid = '" + table + "'::regclass AND NOT tgisinternal"));
    }

    private static String text(String query) throws SQLException {
        try (Connection store = FieldStore.connect();
                Statement statement = store.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            assertThat(found.next()).isTrue();
            return Objects.requireNonNull(found.getString(1));
        }
    }

    private static String metrics() {
        return given().port(ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class))
                .get("/q/metrics")
                .asString();
    }
}
