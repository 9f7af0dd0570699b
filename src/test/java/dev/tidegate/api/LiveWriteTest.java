package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.StorePools;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Live writes of the demo over HTTP. Each test makes what it changes. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Apart.class)
class LiveWriteTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile/objects/FieldService.";
    private static final String BROWSER = "/v1/profiles/WebOffline/objects/FieldService.";
    private static final String WEB = "/v1/profiles/Web/objects/FieldService.";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    StorePools pools;

    @Nested
    class A_create {
        @Test
        void answers_the_object_as_a_read_would_with_its_place_and_version() {
            Response made = json("ada", """
                    {"attributes":{"Quantity":3,"Weight":"1.250"},
                     "associations":{"FieldService.StockLevel_Part":"P-00001"}}""").post(MOBILE + "StockLevel");

            made.then()
                    .statusCode(201)
                    .contentType("application/json")
                    .header("Cache-Control", "private, no-store")
                    .header("ETag", "\"1\"")
                    .header("Location", endsWith(MOBILE + "StockLevel/" + made.path("id")))
                    .body("entity", equalTo("FieldService.StockLevel"))
                    .body("attributes.Quantity", equalTo(3))
                    .body("readOnly", contains("FieldService.StockLevel_WorkOrder"));
            Response read = as("ada").get(made.header("Location"));
            assertThat(read.asString()).isEqualTo(made.asString());
            assertThat(read.header("ETag")).isEqualTo(made.header("ETag"));
        }

        @Test
        void fills_in_defaults_of_every_level_of_a_hierarchy() {
            String number = "S-" + UUID.randomUUID();
            json("dora", "{\"id\":\"" + number + "\",\"attributes\":{\"Name\":\"Seal\"}}")
                    .post(WEB + "SparePart")
                    .then()
                    .statusCode(201)
                    .body("entity", equalTo("FieldService.SparePart"))
                    .body("attributes.WarrantyMonths", equalTo(24))
                    .body("attributes.Barcode", nullValue())
                    .body("version", matchesPattern("[0-9]+\\.[0-9]+"));
            as("dora")
                    .get(WEB + "Part/" + number)
                    .then()
                    .statusCode(200)
                    .body("entity", equalTo("FieldService.SparePart"));
        }

        @Test
        void gets_an_autonumber_and_a_drawn_id_from_the_store() {
            String invoice = json("dora", "{\"attributes\":{\"Amount\":\"10.5\"}}")
                    .post(WEB + "Invoice")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("attributes.Number");
            assertThat(Long.parseLong(invoice)).isPositive();

            Response tag = json("dora", "{\"attributes\":{\"Label\":\"cold\"}}").post(WEB + "Tag");
            tag.then().statusCode(201).body("id", matchesPattern("[0-9]+")).body("attributes.Rank", equalTo(0));
            as("dora").get(tag.header("Location")).then().statusCode(200);
        }

        @Test
        void with_an_odd_id_has_a_location_that_leads_there() {
            String id = "a/b ?ü%" + UUID.randomUUID();
            Response made = json("dora", "{\"id\":\"" + id + "\",\"attributes\":{\"Name\":\"Odd\"}}")
                    .post(WEB + "Supplier");
            made.then().statusCode(201);
            as("dora")
                    .urlEncodingEnabled(false)
                    .get(made.header("Location"))
                    .then()
                    .statusCode(200)
                    .body("id", equalTo(id));
        }

        @Test
        void of_what_its_caller_may_not_read_shows_nothing_but_its_version() {
            // Ada reads work orders that are hers or urgent, and creates others as well.
            Response made =
                    json("ada", "{\"attributes\":{\"Title\":\"For Bob\"}}").post(BROWSER + "WorkOrder");
            made.then()
                    .statusCode(201)
                    .header("ETag", "\"1\"")
                    .body("id", equalTo(made.header("Location").replaceAll(".*/", "")))
                    .body("entity", equalTo("FieldService.WorkOrder"))
                    .body("attributes", anEmptyMap())
                    .body("associations", anEmptyMap());
            problem(as("ada").get(made.header("Location")), 404, "no-such-object");
            as("dora")
                    .get(WEB + "WorkOrder/" + made.path("id"))
                    .then()
                    .statusCode(200)
                    .body("attributes.Title", equalTo("For Bob"));
        }

        @Test
        void needs_an_id_where_nobody_else_gives_one() {
            at(
                    problem(
                            json("dora", "{\"attributes\":{\"Name\":\"x\"}}").post(WEB + "Supplier"),
                            422,
                            "validation-failed"),
                    "/id");
        }

        @Test
        void never_overwrites() {
            problem(
                    json("dora", "{\"id\":\"P-00001\",\"attributes\":{\"Name\":\"x\"}}")
                            .post(WEB + "Part"),
                    409,
                    "object-exists");
            // Also where the object is of another entity of the hierarchy.
            problem(
                    json("dora", "{\"id\":\"P-00101\",\"attributes\":{\"Name\":\"x\"}}")
                            .post(WEB + "Consumable"),
                    409,
                    "object-exists");
        }

        @Test
        void takes_no_if_match() {
            problem(
                    json("dora", "{\"attributes\":{\"Label\":\"x\"}}")
                            .header("If-Match", "\"1\"")
                            .post(WEB + "Tag"),
                    400,
                    "malformed-request");
        }
    }

    @Nested
    class A_change {
        @Test
        void touches_only_what_it_names() {
            String stock = stock(3);
            json("ada", "{\"attributes\":{\"Quantity\":4}}")
                    .contentType("application/merge-patch+json;charset=UTF-8")
                    .patch(MOBILE + "StockLevel/" + stock)
                    .then()
                    .statusCode(200)
                    .header("ETag", "\"2\"")
                    .body("version", equalTo("2"))
                    .body("attributes.Quantity", equalTo(4))
                    .body("attributes.Weight", equalTo("1.5"))
                    .body("associations.'FieldService.StockLevel_Part'", equalTo("P-00001"));
        }

        @Test
        void empties_what_is_null() {
            String stock = stock(3);
            json("ada", "{\"attributes\":{\"Weight\":null},\"associations\":{\"FieldService.StockLevel_Part\":null}}")
                    .patch(MOBILE + "StockLevel/" + stock)
                    .then()
                    .statusCode(200)
                    .body("attributes.Weight", nullValue())
                    .body("associations.'FieldService.StockLevel_Part'", nullValue());
        }

        @Test
        void that_is_empty_answers_the_object_as_it_was() {
            String stock = stock(3);
            json("ada", "{}")
                    .patch(MOBILE + "StockLevel/" + stock)
                    .then()
                    .statusCode(200)
                    .header("ETag", "\"1\"");
        }

        @Test
        void reaches_all_tables_of_a_hierarchy_in_one_version() {
            String number = sparePart();
            Response changed = json("dora", "{\"attributes\":{\"Name\":\"New\",\"WarrantyMonths\":6}}")
                    .patch(WEB + "SparePart/" + number);
            changed.then().statusCode(200).body("attributes.WarrantyMonths", equalTo(6));
            as("dora")
                    .get(WEB + "Part/" + number)
                    .then()
                    .body("version", equalTo(changed.path("version")))
                    .body("attributes.Name", equalTo("New"));
        }

        @Test
        void of_a_set_is_whole_or_adds_and_removes() {
            String order = order("{}");
            List<String> tags = List.of(tag(), tag(), tag());
            String set = "FieldService.WorkOrder_Tag";
            assertThat(tagsAfter(order, "{\"" + set + "\":[\"" + tags.get(0) + "\",\"" + tags.get(1) + "\"]}"))
                    .containsExactly(tags.get(0), tags.get(1));
            assertThat(tagsAfter(
                            order,
                            "{\"" + set + "\":{\"add\":[\"" + tags.get(2) + "\"],\"remove\":[\"" + tags.get(0)
                                    + "\"]}}"))
                    .containsExactly(tags.get(1), tags.get(2));
            assertThat(tagsAfter(order, "{\"" + set + "\":[]}")).isEmpty();
        }

        @Test
        void of_a_hashed_string_leaves_no_plain_text() {
            String order = order("{}");
            json("dora", "{\"attributes\":{\"Secret\":\"open sesame\"}}")
                    .patch(WEB + "WorkOrder/" + order)
                    .then()
                    .statusCode(200)
                    .body("attributes", not(hasKey("Secret")))
                    .header("ETag", "\"2\"");
            assertThat(value("SELECT secret FROM field_service.task WHERE id = '" + order + "'"))
                    .startsWith("$pbkdf2-sha256$i=210000$");
        }

        @Test
        void judges_the_row_as_it_is_under_the_lock() {
            // Hers until somebody takes it away in a transaction that ends while she waits.
            String order = order("{\"FieldService.WorkOrder_Engineer\":\"" + Demo.id("engineer", 1) + "\"}");
            String ada = value("SELECT id::text FROM field_service.engineer WHERE login = 'ada'");
            run("UPDATE field_service.work_order SET engineer_id = '" + ada + "' WHERE id = '" + order + "'");
            json("ada", "{\"attributes\":{\"Title\":\"mine\"}}")
                    .patch(BROWSER + "WorkOrder/" + order)
                    .then()
                    .statusCode(200)
                    .body("attributes.Title", equalTo("mine"));

            SqlConnection other =
                    pools.pool(new StoreName("field")).getConnection().await().atMost(PATIENCE);
            run(other, "BEGIN");
            run(other, "UPDATE field_service.work_order SET engineer_id = NULL WHERE id = '" + order + "'");
            try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
                Future<Response> answer = threads.submit(() ->
                        json("ada", "{\"attributes\":{\"Title\":\"still\"}}").patch(BROWSER + "WorkOrder/" + order));
                Until.holds(
                        "she waits",
                        PATIENCE,
                        () -> value("SELECT count(*)::text FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                        + " AND datname = current_database()")
                                .equals("1"));
                run(other, "COMMIT");
                problem(get(answer), 404, "no-such-object");
            } finally {
                other.close().await().atMost(PATIENCE);
            }
        }

        private List<String> tagsAfter(String order, String associations) {
            return json("dora", "{\"associations\":" + associations + "}")
                    .patch(WEB + "WorkOrder/" + order)
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("associations.'FieldService.WorkOrder_Tag'");
        }
    }

    @Nested
    class A_delete {
        @Test
        void has_no_content_and_leaves_nothing() {
            String stock = stock(1);
            as("ada").delete(MOBILE + "StockLevel/" + stock).then().statusCode(204);
            problem(as("ada").get(MOBILE + "StockLevel/" + stock), 404, "no-such-object");
            problem(as("ada").delete(MOBILE + "StockLevel/" + stock), 404, "no-such-object");
        }

        @Test
        void takes_along_what_cascades_and_empties_what_keeps() {
            String part = sparePart();
            String replaced = sparePart();
            associate("SparePart/" + replaced, "FieldService.Part_Replacement", part);
            String stock = stock(1);
            associate("StockLevel/" + stock, "FieldService.StockLevel_Part", part);

            as("dora").delete(WEB + "SparePart/" + part).then().statusCode(204);

            problem(as("dora").get(WEB + "StockLevel/" + stock), 404, "no-such-object");
            as("dora")
                    .get(WEB + "SparePart/" + replaced)
                    .then()
                    .statusCode(200)
                    .body("associations.'FieldService.Part_Replacement'", nullValue());
        }

        @Test
        void is_prevented_by_those_that_need_it() {
            String customer = customer();
            String site = json("dora", "{\"attributes\":{\"Name\":\"Yard\"}}")
                    .post(WEB + "Site")
                    .path("id");
            associate("Site/" + site, "FieldService.Site_Customer", customer);
            problem(as("dora").delete(WEB + "Customer/" + customer), 409, "delete-prevented");
            as("dora").get(WEB + "Customer/" + customer).then().statusCode(200);
        }

        private void associate(String object, String association, String target) {
            json("dora", "{\"associations\":{\"" + association + "\":\"" + target + "\"}}")
                    .patch(WEB + object)
                    .then()
                    .statusCode(200);
        }
    }

    @Nested
    class A_refusal {
        @Test
        void tells_names_and_types_before_data() {
            String stock = stock(1);
            at(
                    problem(
                            json("ada", "{\"attributes\":{\"Quantty\":1}}").patch(MOBILE + "StockLevel/" + stock),
                            400,
                            "unknown-member"),
                    "/attributes/Quantty");
            at(
                    problem(
                            json("ada", "{\"attributes\":{\"Quantity\":\"1\"}}").patch(MOBILE + "StockLevel/" + stock),
                            400,
                            "type-mismatch"),
                    "/attributes/Quantity");
            at(
                    problem(
                            json("ada", "{\"attributes\":{\"Quantity\":null}}").patch(MOBILE + "StockLevel/" + stock),
                            422,
                            "validation-failed"),
                    "/attributes/Quantity");
            at(
                    problem(
                            json("dora", "{\"attributes\":{\"Region\":\"Nowhere\"}}")
                                    .patch(WEB + "Site/" + Demo.id("site", 1)),
                            422,
                            "validation-failed"),
                    "/attributes/Region");
            at(problem(json("dora", "{}").post(WEB + "Customer"), 422, "validation-failed"), "/attributes/Name");
            at(
                    problem(
                            json("dora", "{\"attributes\":{\"Label\":\"" + "x".repeat(41) + "\"}}")
                                    .post(WEB + "Tag"),
                            422,
                            "validation-failed"),
                    "/attributes/Label");
        }

        @Test
        void of_a_reference_into_nothing_points_at_it() {
            at(
                    problem(
                            json("ada", "{\"associations\":{\"FieldService.StockLevel_Part\":\"nowhere\"}}")
                                    .patch(MOBILE + "StockLevel/" + stock(1)),
                            422,
                            "dangling-reference"),
                    "/associations/FieldService.StockLevel_Part");
        }

        @Test
        void of_an_association_that_is_read_only_here() {
            problem(
                    json("ada", "{\"associations\":{\"FieldService.StockLevel_WorkOrder\":null}}")
                            .patch(MOBILE + "StockLevel/" + Demo.id("stock_level", 1)),
                    422,
                    "read-only-association");
            problem(
                    json(
                                    "ada",
                                    "{\"associations\":{\"FieldService.StockLevel_WorkOrder\":\"" + Demo.id("task", 1)
                                            + "\"}}")
                            .post(MOBILE + "StockLevel"),
                    422,
                    "read-only-association");
        }

        @Test
        void of_an_entity_that_is_not_online() {
            problem(
                    json("ada", "{\"attributes\":{\"Title\":\"x\"}}").post(MOBILE + "WorkOrder"),
                    422,
                    "entity-not-online");
            problem(json("ada", "{}").post(MOBILE + "Supplier"), 404, "not-in-profile");
        }

        @Test
        void of_rights_tells_objects_from_members() {
            String site = Demo.id("site", 1);
            problem(as("ada").delete(MOBILE + "Site/" + site), 403, "access-denied");
            problem(json("ada", "{}").post(MOBILE + "Site"), 403, "access-denied");
            at(
                    problem(
                            json("ada", "{\"attributes\":{\"City\":\"x\"}}").patch(MOBILE + "Site/" + site),
                            422,
                            "read-only-member"),
                    "/attributes/City");
            at(
                    problem(
                            json("dora", "{\"attributes\":{\"Number\":\"1\"}}")
                                    .patch(WEB + "Invoice/" + Demo.id("invoice", 1)),
                            422,
                            "read-only-member"),
                    "/attributes/Number");
        }

        @Test
        void of_what_the_caller_reads_and_may_not_write_is_access_denied() {
            // Urgent, not closed, and not Ada's: she reads it by one rule, and writes only by the other.
            String order = order("{}", "\"Priority\":\"High\"");
            problem(
                    json("ada", "{\"attributes\":{\"Title\":\"x\"}}").patch(BROWSER + "WorkOrder/" + order),
                    403,
                    "access-denied");
        }

        @Test
        void of_what_the_caller_may_not_read_is_the_same_as_of_nothing() {
            String order = order("{}");
            String hidden = json("ada", "{\"attributes\":{\"Title\":\"x\"}}")
                    .patch(BROWSER + "WorkOrder/" + order)
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();
            UUID nothing = UUID.randomUUID();
            String absent = json("ada", "{\"attributes\":{\"Title\":\"x\"}}")
                    .patch(BROWSER + "WorkOrder/" + nothing)
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();
            assertThat(hidden.replace(order, nothing.toString())).isEqualTo(absent);
        }

        @Test
        void of_another_entity_is_told_only_where_the_object_can_be_seen() {
            String number = sparePart();
            problem(
                    json("dora", "{\"attributes\":{\"Name\":\"x\"}}").patch(WEB + "Part/" + number),
                    422,
                    "wrong-entity");
            problem(as("dora").delete(WEB + "Consumable/" + number), 422, "wrong-entity");

            String order = order("{}");
            problem(
                    json("ada", "{\"attributes\":{\"Title\":\"x\"}}").patch(BROWSER + "Task/" + order),
                    404,
                    "no-such-object");
        }

        @Test
        void of_a_value_that_another_object_has_names_the_member() {
            String invoice = json("dora", "{\"attributes\":{\"Amount\":\"1\"}}")
                    .post(WEB + "Invoice")
                    .path("id");
            String link = "{\"FieldService.WorkOrder_Invoice\":\"" + invoice + "\"}";
            order(link);
            String other = order("{}");
            at(
                    problem(
                            json("dora", "{\"associations\":" + link + "}").patch(WEB + "WorkOrder/" + other),
                            409,
                            "not-unique"),
                    "/associations/FieldService.WorkOrder_Invoice");
        }

        @Test
        void of_the_stores_own_rules_says_nothing_of_the_store() {
            run("ALTER TABLE field_service.skill ADD CONSTRAINT secret_rule CHECK (name <> 'forbidden')");
            run("CREATE OR REPLACE FUNCTION field_service.grumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    + " IF NEW.city = 'Atlantis' THEN RAISE EXCEPTION 'secret words' USING ERRCODE = 'U0007'; END IF;"
                    + " IF NEW.city = 'Utopia' THEN RAISE EXCEPTION 'secret words'; END IF; RETURN NEW; END $$");
            run("CREATE TRIGGER grumble BEFORE INSERT OR UPDATE ON field_service.supplier FOR EACH ROW EXECUTE"
                    + " FUNCTION field_service.grumble()");
            for (String city : List.of("Atlantis", "Utopia")) {
                String said = problem(
                                json(
                                                "dora",
                                                "{\"id\":\"" + UUID.randomUUID()
                                                        + "\",\"attributes\":{\"Name\":\"x\",\"City\":\"" + city
                                                        + "\"}}")
                                        .post(WEB + "Supplier"),
                                422,
                                "validation-failed")
                        .extract()
                        .asString();
                assertThat(said)
                        .doesNotContain("secret")
                        .doesNotContain("grumble")
                        .doesNotContain("supplier\"");
            }
        }
    }

    @Nested
    class If_match {
        @Test
        void lets_only_the_version_through_that_it_names() {
            String stock = stock(1);
            change(stock, "\"1\"").then().statusCode(200);
            problem(change(stock, "\"1\""), 412, "version-mismatch");
            change(stock, "\"7\", \"2\"").then().statusCode(200);
            change(stock, "*").then().statusCode(200);
            problem(change(stock, "W/\"4\""), 412, "version-mismatch");
            problem(
                    as("ada").header("If-Match", "\"1\"").delete(MOBILE + "StockLevel/" + stock),
                    412,
                    "version-mismatch");
            as("ada")
                    .header("If-Match", "\"4\"")
                    .delete(MOBILE + "StockLevel/" + stock)
                    .then()
                    .statusCode(204);
            problem(change(stock, "*"), 404, "no-such-object");
        }

        @Test
        void has_the_form_of_entity_tags() {
            String stock = stock(1);
            for (String rubbish : List.of("1", "\"1", "\"1\" \"2\"", "w/\"1\"", "", ",", "*, \"1\"")) {
                problem(change(stock, rubbish), 400, "malformed-request");
            }
        }

        @Test
        void lets_one_of_many_win() throws Exception {
            String stock = stock(0);
            List<Integer> statuses = together(8, () -> change(stock, "\"1\"").statusCode());
            assertThat(statuses).containsExactlyInAnyOrder(200, 412, 412, 412, 412, 412, 412, 412);
            as("ada").get(MOBILE + "StockLevel/" + stock).then().body("version", equalTo("2"));
        }

        private Response change(String stock, String tags) {
            return json("ada", "{\"attributes\":{\"Quantity\":9}}")
                    .header("If-Match", tags)
                    .patch(MOBILE + "StockLevel/" + stock);
        }
    }

    @Nested
    class An_idempotency_key {
        private final String key = UUID.randomUUID().toString();

        private Response create(String label) {
            return json("dora", "{\"attributes\":{\"Label\":\"" + label + "\"}}")
                    .header("Idempotency-Key", key)
                    .post(WEB + "Tag");
        }

        @Test
        void gives_a_repeated_create_its_first_answer() {
            Response first = create("once");
            first.then().statusCode(201);
            json("dora", "{\"attributes\":{\"Label\":\"changed since\"}}").patch(first.header("Location"));

            Response again = create("once");

            again.then()
                    .statusCode(201)
                    .header("Location", equalTo(first.header("Location")))
                    .header("ETag", equalTo(first.header("ETag")));
            assertThat(again.asString()).isEqualTo(first.asString());
            assertThat(value("SELECT count(*)::text FROM field_service.tag WHERE label = 'once'"))
                    .isEqualTo("0");
        }

        @Test
        void does_not_fit_another_request() {
            create("mine").then().statusCode(201);
            problem(create("yours"), 409, "idempotency-key-reused");
            problem(as("dora").header("Idempotency-Key", key).delete(WEB + "Tag/1"), 409, "idempotency-key-reused");
            // Quotes are the form of the header, not the key; another caller's keys are others.
            json("dora", "{\"attributes\":{\"Label\":\"mine\"}}")
                    .header("Idempotency-Key", "\"" + key + "\"")
                    .post(WEB + "Tag")
                    .then()
                    .statusCode(201);
            json("ada", "{\"attributes\":{\"Quantity\":1}}")
                    .header("Idempotency-Key", key)
                    .post(MOBILE + "StockLevel")
                    .then()
                    .statusCode(201);
        }

        @Test
        void lets_a_change_and_a_delete_happen_once() {
            String stock = stock(1);
            for (int i = 0; i < 2; i++) {
                json("ada", "{\"attributes\":{\"Quantity\":5}}")
                        .header("Idempotency-Key", key)
                        .header("If-Match", "\"1\"")
                        .patch(MOBILE + "StockLevel/" + stock)
                        .then()
                        .statusCode(200)
                        .header("ETag", "\"2\"");
            }
            for (int i = 0; i < 2; i++) {
                as("ada")
                        .header("Idempotency-Key", key + "-2")
                        .delete(MOBILE + "StockLevel/" + stock)
                        .then()
                        .statusCode(204);
            }
        }

        @Test
        void remembers_no_refusal() {
            String id = "late-" + key;
            String body = "{\"associations\":{\"FieldService.StockLevel_Part\":\"" + id + "\"}}";
            Callable<Response> attempt =
                    () -> json("ada", body).header("Idempotency-Key", key).post(MOBILE + "StockLevel");
            problem(call(attempt), 422, "dangling-reference");
            json("dora", "{\"id\":\"" + id + "\",\"attributes\":{\"Name\":\"x\"}}")
                    .post(WEB + "Part");
            call(attempt).then().statusCode(201);
        }

        @Test
        void recognizes_a_hashed_string() {
            String order = order("{}");
            Callable<Response> attempt = () -> json("dora", "{\"attributes\":{\"Secret\":\"1234\"}}")
                    .header("Idempotency-Key", key)
                    .patch(WEB + "WorkOrder/" + order);
            call(attempt).then().statusCode(200).header("ETag", "\"2\"");
            call(attempt).then().statusCode(200).header("ETag", "\"2\"");
            problem(
                    json("dora", "{\"attributes\":{\"Secret\":\"1235\"}}")
                            .header("Idempotency-Key", key)
                            .patch(WEB + "WorkOrder/" + order),
                    409,
                    "idempotency-key-reused");
        }

        @Test
        void makes_one_object_of_eight_requests_at_once() throws Exception {
            List<String> answers = together(8, () -> {
                Response answer = create("8-" + key);
                return answer.statusCode() + answer.asString() + answer.header("ETag");
            });
            assertThat(answers).hasSize(8).containsOnly(answers.getFirst());
            assertThat(answers.getFirst()).startsWith("201");
            assertThat(value("SELECT count(*)::text FROM field_service.tag WHERE label = '8-" + key + "'"))
                    .isEqualTo("1");
        }

        @Test
        void has_limits() {
            problem(tagWith("x".repeat(256)), 400, "limit-exceeded");
            for (String rubbish : List.of("", "a b", "\"\"", "é")) {
                problem(tagWith(rubbish), 400, "malformed-request");
            }
            tagWith(key + "x".repeat(255 - key.length())).then().statusCode(201);
        }

        private Response tagWith(String key) {
            return json("dora", "{\"attributes\":{\"Label\":\"limits\"}}")
                    .header("Idempotency-Key", key)
                    .post(WEB + "Tag");
        }
    }

    private String stock(int quantity) {
        return json(
                        "ada",
                        "{\"attributes\":{\"Quantity\":" + quantity + ",\"Weight\":\"1.5\"},"
                                + "\"associations\":{\"FieldService.StockLevel_Part\":\"P-00001\"}}")
                .post(MOBILE + "StockLevel")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String sparePart() {
        return json("dora", "{\"id\":\"S-" + UUID.randomUUID() + "\",\"attributes\":{\"Name\":\"Seal\"}}")
                .post(WEB + "SparePart")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String tag() {
        return json("dora", "{\"attributes\":{\"Label\":\"t\"}}")
                .post(WEB + "Tag")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String customer() {
        return json("dora", "{\"attributes\":{\"Name\":\"c\"}}")
                .post(WEB + "Customer")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String order(String associations) {
        return order(associations, "\"Priority\":\"Low\"");
    }

    private String order(String associations, String attribute) {
        return json(
                        "dora",
                        "{\"attributes\":{\"Title\":\"t\"," + attribute + "},\"associations\":" + associations + "}")
                .post(WEB + "WorkOrder")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private void run(String sql) {
        pools.pool(new StoreName("field")).query(sql).execute().await().atMost(PATIENCE);
    }

    private static void run(SqlConnection connection, String sql) {
        connection.query(sql).execute().await().atMost(PATIENCE);
    }

    private String value(String sql) {
        Row row = pools.pool(new StoreName("field"))
                .query(sql)
                .execute()
                .await()
                .atMost(PATIENCE)
                .iterator()
                .next();
        return row.getString(0);
    }

    private static <T> List<T> together(int times, Callable<T> call) throws Exception {
        CountDownLatch all = new CountDownLatch(times);
        List<Future<T>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
            for (int i = 0; i < times; i++) {
                running.add(threads.submit(() -> {
                    all.countDown();
                    all.await();
                    return call.call();
                }));
            }
        }
        List<T> results = new ArrayList<>();
        for (Future<T> one : running) {
            results.add(one.get());
        }
        return results;
    }

    private static <T> T call(Callable<T> what) {
        try {
            return what.call();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException broken) {
            throw new AssertionError(broken);
        }
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static RequestSpecification json(String name, String body) {
        return as(name).contentType("application/json").body(body);
    }

    private static ValidatableResponse problem(Response response, int status, String code) {
        return response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code));
    }

    private static void at(ValidatableResponse problem, String pointer) {
        problem.body("violations[0].pointer", equalTo(pointer));
    }
}
