package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Live reads of the demo over HTTP, as engineer Ada on her phone unless another caller is named. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Untouched.class)
class LiveReadTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile/objects/FieldService.";
    private static final String BROWSER = "/v1/profiles/WebOffline/objects/FieldService.";
    private static final String WEB = "/v1/profiles/Web/objects/FieldService.";

    @Nested
    class One_object {
        @Test
        void is_answered_with_its_members_and_what_may_not_be_written() {
            String json = as("ada")
                    .get(MOBILE + "StockLevel/" + Demo.id("stock_level", 3))
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .header("Cache-Control", "private, no-store")
                    .header("ETag", "\"1\"")
                    .extract()
                    .asString();
            assertThat(json)
                    .isEqualTo("{\"id\":\"" + Demo.id("stock_level", 3)
                            + "\",\"entity\":\"FieldService.StockLevel\",\"version\":\"1\",\"attributes\":{\"Quantity\":117,"
                            + "\"Weight\":\"0.128\",\"CountedAt\":\"2026-11-20T03:45:00.000Z\"},"
                            + "\"associations\":{\"FieldService.StockLevel_Part\":\"P-00004\","
                            + "\"FieldService.StockLevel_Site\":\"" + Demo.id("site", 1)
                            + "\",\"FieldService.StockLevel_WorkOrder\":null},"
                            + "\"readOnly\":[\"FieldService.StockLevel_WorkOrder\"]}");
        }

        @Test
        void has_no_read_only_list_where_everything_may_be_written() {
            as("dora")
                    .get(WEB + "StockLevel/" + Demo.id("stock_level", 3))
                    .then()
                    .statusCode(200)
                    .body("$", not(hasKey("readOnly")));
        }

        @Test
        void answers_head_too() {
            as("ada")
                    .head(MOBILE + "StockLevel/" + Demo.id("stock_level", 3))
                    .then()
                    .statusCode(200);
        }

        @Test
        void that_does_not_exist_is_not_found() {
            problem(as("ada").get(MOBILE + "StockLevel/" + Demo.id("nowhere", 1)), 404, "no-such-object");
        }

        @Test
        void that_the_caller_may_not_read_is_not_found_either() {
            problem(as("ada").get(MOBILE + "Invoice/" + Demo.id("invoice", 1)), 404, "no-such-object");
        }

        @Test
        void has_an_id_of_the_right_type() {
            for (String rubbish : List.of("7", "'%20OR%20true", "%F0%9F%98%80")) {
                problem(raw("ada").get(MOBILE + "StockLevel/" + rubbish), 400, "type-mismatch");
            }
        }

        @Test
        void of_text_ids_is_found_and_nul_is_no_text() {
            as("ada")
                    .get(MOBILE + "Part/P-00001")
                    .then()
                    .statusCode(200)
                    .body("attributes.Name", equalTo("V-belt B"))
                    .body("attributes", not(hasKey("Price")));
            problem(raw("ada").get(MOBILE + "Part/P%00"), 400, "malformed-request");
        }

        @Test
        void in_a_hierarchy_comes_as_its_own_entity() {
            as("ada")
                    .get(MOBILE + "Part/P-00101")
                    .then()
                    .statusCode(200)
                    .body("entity", equalTo("FieldService.SparePart"))
                    .body("attributes.WarrantyMonths", equalTo(24));
        }

        @Test
        void has_the_same_version_through_its_generalization() {
            String own = as("ada").get(MOBILE + "SparePart/P-00101").path("version");
            String general = as("ada").get(MOBILE + "Part/P-00101").path("version");
            assertThat(own).isEqualTo(general).matches("[0-9]+\\.[0-9]+");
        }
    }

    @Nested
    class A_page {
        @Test
        void has_a_hundred_objects_in_the_order_of_their_ids() {
            List<String> ids = as("ada")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(200)
                    .body("objects", hasSize(100))
                    .extract()
                    .path("objects.id");
            assertThat(ids).isSorted();
        }

        @Test
        void is_cut_and_counted_as_asked() {
            as("ada")
                    .queryParam("limit", 2)
                    .queryParam("offset", 49_999)
                    .queryParam("count", true)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(200)
                    .body("objects", hasSize(1))
                    .body("count", equalTo(50_000));
            as("ada")
                    .queryParam("limit", 0)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(200)
                    .body("objects", hasSize(0))
                    .body("$", not(hasKey("count")));
        }

        @Test
        void is_sorted_with_empty_values_last_ascending_and_first_descending() {
            as("ada")
                    .queryParam("sort", "Weight asc")
                    .queryParam("limit", 1)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .body("objects[0].attributes.Weight", equalTo("0.125"));
            as("ada")
                    .queryParam("sort", "Weight desc,Quantity desc")
                    .queryParam("limit", 1)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .body("objects[0].attributes.Weight", equalTo(null))
                    .body("objects[0].attributes.Quantity", equalTo(114));
        }

        @Test
        void shows_only_the_attributes_that_are_named() {
            as("ada")
                    .queryParam("attributes", "Quantity")
                    .queryParam("limit", 1)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .body("objects[0].attributes.keySet()", contains("Quantity"))
                    .body("objects[0].associations.keySet()", hasSize(3));
            as("ada")
                    .queryParam("attributes", "Quantity,FieldService.StockLevel_Site")
                    .queryParam("limit", 1)
                    .get(MOBILE + "StockLevel")
                    .then()
                    .body("objects[0].attributes.keySet()", contains("Quantity"))
                    .body("objects[0].associations.keySet()", contains("FieldService.StockLevel_Site"))
                    .body("objects[0]", not(hasKey("readOnly")));
        }

        @Test
        void of_a_hierarchy_has_each_object_as_its_own_entity() {
            Map<String, Object> spare = as("ada")
                    .queryParam("constraint", "[id = 'P-00101' or id = 'P-00001' or id = 'P-00701']")
                    .get(MOBILE + "Part")
                    .then()
                    .body(
                            "objects.entity",
                            contains("FieldService.Part", "FieldService.SparePart", "FieldService.Consumable"))
                    .extract()
                    .path("objects[1].attributes");
            assertThat(spare.keySet()).containsExactly("Name", "Barcode", "WarrantyMonths");
        }

        @Test
        void is_the_same_asked_in_json() {
            as("ada")
                    .contentType("application/json")
                    .body("""
                            {"entity":"FieldService.StockLevel",
                             "constraint":"[Quantity > $least and FieldService.StockLevel_Part = $part]",
                             "parameters":{"least":100,"part":"P-00004"},
                             "attributes":["Quantity"], "sort":[{"path":"Quantity","order":"desc"}],
                             "limit":3,"offset":0,"count":true}""")
                    .post("/v1/profiles/NativeMobile/queries")
                    .then()
                    .statusCode(200)
                    .body("objects.attributes.Quantity", everyItem(greaterThan(100)))
                    .body("objects.associations.'FieldService.StockLevel_Part'", everyItem(equalTo("P-00004")))
                    .body("count", greaterThan(0));
        }
    }

    @Nested
    class A_constraint {
        @Test
        void compares_with_parameters_of_every_kind() {
            assertThat(countOf("StockLevel", "[Quantity = $q]", "q", "117")).isPositive();
            assertThat(countOf("StockLevel", "[Weight = $w]", "w", "0.128")).isPositive();
            assertThat(countOf("StockLevel", "[CountedAt < $t]", "t", "2026-11-20T03:45:00+00:00"))
                    .isPositive();
            assertThat(countOf("StockLevel", "[id = $id]", "id", Demo.id("stock_level", 3)))
                    .isOne();
            assertThat(countOf("StockLevel", "[FieldService.StockLevel_Site = $s]", "s", Demo.id("site", 1)))
                    .isEqualTo(6 + 11 * 7);
        }

        @Test
        void knows_empty_and_not() {
            int all = 50_000;
            int empty = count("StockLevel", "[Weight = empty]");
            assertThat(empty).isEqualTo(all / 6);
            assertThat(count("StockLevel", "[Weight != empty]")).isEqualTo(all - empty);
            assertThat(count("StockLevel", "[not(Weight > 1)]")).isEqualTo(all - count("StockLevel", "[Weight > 1]"));
            assertThat(count("StockLevel", "[Weight != 0.126]"))
                    .isEqualTo(all - count("StockLevel", "[Weight = 0.126]"));
        }

        @Test
        void matches_text_without_case_and_with_literal_wildcards() {
            assertThat(count("Part", "[starts-with(Name, 'V-BELT')]")).isPositive();
            assertThat(count("Part", "[contains(Name, '%')]")).isZero();
            assertThat(count("Part", "[ends-with(Name, '_')]")).isZero();
            assertThat(count("Part", "[contains(Name, '')]")).isEqualTo(1000);
        }

        @Test
        void follows_associations_both_ways_and_binds_one_object_in_brackets() {
            String part = "FieldService.StockLevel_Part/FieldService.Part";
            assertThat(count("StockLevel", "[" + part + "/Name = 'V-belt B']")).isPositive();
            assertThat(count("Part", "[FieldService.StockLevel_Part/FieldService.StockLevel[Quantity = 117]]"))
                    .isPositive();
            assertThat(count("Part", "[not(FieldService.Part_Replacement[reversed()]/FieldService.Part)]"))
                    .isEqualTo(1000 - 99);
            assertThat(count("Part", "[FieldService.Part_Replacement]")).isEqualTo(99);
        }

        @Test
        void knows_the_caller() {
            as("ada")
                    .queryParam("constraint", "[FieldService.WorkOrder_Engineer = '[%CurrentUser%]']")
                    .queryParam("limit", 5)
                    .get(BROWSER + "WorkOrder")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("cross-mode-constraint"));
            as("ada")
                    .queryParam("constraint", "[DueDate < '[%CurrentDateTime%]']")
                    .queryParam("count", true)
                    .get(BROWSER + "WorkOrder")
                    .then()
                    .statusCode(200)
                    .body("count", greaterThan(0));
        }

        @Test
        void reads_dates_and_clocks_in_the_session_s_zone() {
            String late = "[hours-from-dateTime(OpenedAt) = 23 and day-of-year-from-dateTime(OpenedAt) > 0]";
            String inAuckland = "[hours-from-dateTime(OpenedAt, 'Pacific/Auckland') = 23]";
            assertThat(inZone("Pacific/Auckland", late)).isEqualTo(count("Site", inAuckland));
            assertThat(inZone("UTC", late)).isEqualTo(count("Site", late));
            assertThat(inZone("Pacific/Auckland", "[OpenedAt < '2020-01-01' or OpenedAt >= '2020-01-01']"))
                    .isEqualTo(count("Site", "[OpenedAt != empty]"));
            problem(as("ada").header("Time-Zone", "Mars/Olympus").get(BROWSER + "Site"), 400, "malformed-request");
            problem(as("ada").header("Time-Zone", "GMT+3").get(BROWSER + "Site"), 400, "malformed-request");
        }

        private int inZone(String zone, String constraint) {
            return as("ada")
                    .header("Time-Zone", zone)
                    .queryParam("constraint", constraint)
                    .queryParam("count", true)
                    .queryParam("limit", 0)
                    .get(MOBILE + "Site")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("count");
        }

        @Test
        void measures_computes_and_compares_members_along_paths() {
            assertThat(count("Site", "[length(Name) < 3]") + count("Site", "[length(Name) >= 3]"))
                    .isEqualTo(600);
            assertThat(count("Site", "[OpenedAt < '[%BeginOfTomorrow%] + 9999 * [%YearLength%]']"))
                    .isEqualTo(count("Site", "[OpenedAt != empty]"));
            String site = "FieldService.StockLevel_Site/FieldService.Site/";
            assertThat(count("StockLevel", "[" + site + "Name = " + site + "Name]"))
                    .isEqualTo(count("StockLevel", "[" + site + "Name != empty]"));
            assertThat(count("StockLevel", "[FieldService.StockLevel_Site != FieldService.StockLevel_Site]"))
                    .isZero();
            assertThat(count("StockLevel", "[Quantity < length(" + site + "Name)]"))
                    .isEqualTo(count("StockLevel", "[length(" + site + "Name) > Quantity]"))
                    .isPositive();
        }

        @Test
        void takes_metacharacters_as_text_everywhere() {
            for (String nasty :
                    List.of("'; DROP TABLE field_service.part; --", "\" OR 1=1 --", "$1", "\\", "%", "a'b\"c", "😀")) {
                assertThat(countOf("Part", "[Name = $p]", "p", nasty)).isZero();
                assertThat(countOf("Part", "[contains(Name, $p)]", "p", nasty)).isZero();
                assertThat(countOf("Part", "[FieldService.Part_Replacement = $p]", "p", nasty))
                        .isZero();
                assertThat(count("Part", "[Name = '" + nasty.replace("'", "''") + "']"))
                        .isZero();
            }
            assertThat(count("Part", "[Name != empty]")).isEqualTo(1000);
        }
    }

    @Nested
    class Access {
        @Test
        void may_show_a_member_in_one_object_and_not_in_the_next() {
            as("ada")
                    .queryParam("constraint", "[Region = 'North']")
                    .queryParam("limit", 3)
                    .get(MOBILE + "Site")
                    .then()
                    .body("objects.attributes", everyItem(hasKey("AlarmCode")));
            as("ada")
                    .queryParam("constraint", "[Region = 'South']")
                    .queryParam("limit", 3)
                    .get(MOBILE + "Site")
                    .then()
                    .body("objects", hasSize(3))
                    .body("objects.attributes", everyItem(not(hasKey("AlarmCode"))));
        }

        @Test
        void hides_a_member_from_conditions_where_it_may_not_be_read() {
            int readable = count("Site", "[AlarmCode != empty]");
            assertThat(readable).isEqualTo(count("Site", "[Region = 'North']"));
            assertThat(count("Site", "[AlarmCode = empty]")).isZero();
            assertThat(count("Site", "[not(AlarmCode != empty)]")).isEqualTo(600 - readable);
        }

        @Test
        void hides_a_member_from_the_order_where_it_may_not_be_read() {
            List<String> regions = as("ada")
                    .queryParam("sort", "AlarmCode asc")
                    .queryParam("limit", 600)
                    .get(MOBILE + "Site")
                    .path("objects.attributes.Region");
            int north = count("Site", "[Region = 'North']");
            assertThat(regions.subList(0, north)).containsOnly("North");
            assertThat(regions.subList(north, 600)).doesNotContain("North");
            List<String> hidden = as("ada")
                    .queryParam("sort", "AlarmCode asc")
                    .queryParam("limit", 600)
                    .queryParam("offset", north)
                    .get(MOBILE + "Site")
                    .path("objects.id");
            assertThat(hidden).isSorted();
        }

        @Test
        void refuses_to_name_what_may_be_read_nowhere() {
            problem(as("ada").queryParam("constraint", "[Price > 1]").get(MOBILE + "Part"), 403, "access-denied");
            problem(as("ada").queryParam("sort", "Price").get(MOBILE + "Part"), 403, "access-denied");
            problem(as("ada").queryParam("attributes", "Price").get(MOBILE + "Part"), 403, "access-denied");
        }

        @Test
        void adds_up_over_rules_so_that_own_and_urgent_work_differ_in_what_they_show() {
            Map<String, Object> own =
                    as("ada").get(BROWSER + "WorkOrder/" + Demo.id("task", 520)).path("attributes");
            assertThat(own).containsKeys("Cost", "EstimatedMinutes").doesNotContainKey("Secret");
            List<Map<String, Object>> others = as("ada")
                    .queryParam("constraint", "[Priority != 'Low']")
                    .queryParam("limit", 5000)
                    .get(BROWSER + "WorkOrder")
                    .path("objects.attributes");
            assertThat(others)
                    .anySatisfy(
                            one -> assertThat(one.keySet()).containsExactly("Title", "Priority", "Number", "Status"));
            assertThat(others).anySatisfy(one -> assertThat(one).containsKey("EstimatedMinutes"));
        }

        @Test
        void is_by_the_own_entity_of_each_object() {
            List<String> entities =
                    as("arno").queryParam("limit", 10_000).get(WEB + "Task").path("objects.entity");
            assertThat(entities).containsOnly("FieldService.WorkOrder", "FieldService.Inspection");
        }

        @Test
        void is_needed_at_all() {
            problem(as("arno").get(WEB + "Note"), 403, "access-denied");
            problem(as("ada").get(WEB + "Part"), 403, "profile-not-allowed");
            problem(given().get(MOBILE + "Part"), 401, "unauthenticated");
        }
    }

    @Nested
    class A_limitation {
        @Test
        void of_entities_that_are_not_online() {
            problem(as("ada").get(MOBILE + "WorkOrder"), 422, "entity-not-online");
            problem(as("ada").get(MOBILE + "WorkOrder/" + Demo.id("task", 520)), 422, "entity-not-online");
        }

        @Test
        void of_mixed_hierarchies() {
            problem(as("ada").get(MOBILE + "Document"), 422, "entity-not-online");
            as("ada").get(MOBILE + "Manual").then().statusCode(200);
        }

        @Test
        void of_constraints_across_modes_says_where_each_is() {
            as("ada")
                    .queryParam(
                            "constraint",
                            "[Quantity > 1 and FieldService.StockLevel_WorkOrder][not(FieldService.StockLevel_WorkOrder = '"
                                    + Demo.id("task", 520) + "')]")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("cross-mode-constraint"))
                    .body("violations.code", contains("cross-mode-constraint", "cross-mode-constraint"))
                    .body("violations.parameter", everyItem(equalTo("constraint")))
                    .body("violations.position", contains(18, 57));
        }

        @Test
        void of_what_is_absent() {
            problem(as("ada").get(MOBILE + "Supplier"), 404, "not-in-profile");
            problem(
                    as("ada")
                            .queryParam("constraint", "[FieldService.Part_Supplier]")
                            .get(MOBILE + "Part"),
                    404,
                    "not-in-profile");
            problem(as("ada").get(MOBILE + "Nothing"), 404, "unknown-entity");
            problem(as("ada").get("/v1/profiles/Nothing/objects/FieldService.Part"), 404, "unknown-profile");
        }

        @Test
        void of_members_that_are_not_usable() {
            problem(
                    as("dora").queryParam("constraint", "[Secret = 'x']").get(WEB + "WorkOrder"),
                    422,
                    "member-not-usable");
            problem(as("dora").queryParam("attributes", "Secret").get(WEB + "WorkOrder"), 422, "member-not-usable");
        }

        @Test
        void does_not_hold_in_a_web_profile() {
            as("dora")
                    .queryParam("constraint", "[FieldService.StockLevel_WorkOrder]")
                    .get(WEB + "StockLevel")
                    .then()
                    .statusCode(200);
        }
    }

    @Nested
    class Bad_input {
        @Test
        void in_a_constraint_says_where() {
            as("ada")
                    .queryParam("constraint", "[Quantity >]")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-constraint"))
                    .body("violations[0].position", equalTo(11));
            as("ada")
                    .queryParam("constraint", "[Quantitty = 1]")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("unknown-member"))
                    .body("violations[0].position", equalTo(1));
            problem(
                    as("ada").queryParam("constraint", "[Quantity = 'x']").get(MOBILE + "StockLevel"),
                    400,
                    "type-mismatch");
            problem(query("[".repeat(16_000)), 400, null);
            problem(query("[" + "not(".repeat(4_000)), 400, null);
        }

        @Test
        void in_parameters_says_which() {
            as("ada")
                    .queryParam("constraint", "[Quantity = $q]")
                    .queryParam("$q", "many")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("type-mismatch"))
                    .body("violations[0].parameter", equalTo("$q"));
            as("ada")
                    .queryParam("constraint", "[Quantity = $q]")
                    .get(MOBILE + "StockLevel")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-request"))
                    .body("violations[0].parameter", equalTo("constraint"))
                    .body("violations[0].position", equalTo(12));
            problem(as("ada").queryParam("$q", "1").get(MOBILE + "StockLevel"), 400, "malformed-request");
            as("ada")
                    .contentType("application/json")
                    .body("""
                            {"entity":"FieldService.StockLevel","constraint":"[Quantity = $q]","parameters":{"q":[1,2]}}""")
                    .post("/v1/profiles/NativeMobile/queries")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("type-mismatch"))
                    .body("violations[0].pointer", equalTo("/parameters/q"));
        }

        @Test
        void in_the_query_string_is_told_all_at_once() {
            as("ada")
                    .queryParam("limit", "x")
                    .queryParam("offset", -1)
                    .queryParam("colour", "red")
                    .get(MOBILE + "Part")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("malformed-request"))
                    .body("violations.parameter", containsInAnyOrder("limit", "offset", "colour"));
            problem(as("ada").queryParam("limit", 10_001).get(MOBILE + "Part"), 400, "limit-exceeded");
            problem(as("ada").queryParam("sort", "Name up").get(MOBILE + "Part"), 400, "malformed-request");
            problem(raw("ada").get(MOBILE + "Part?constraint=%FF"), 400, "malformed-request");
            problem(raw("ada").get(MOBILE + "Part?constraint=%00"), 400, "malformed-request");
            problem(raw("ada").get(MOBILE + "%FF"), 400, "malformed-request");
        }

        @Test
        void of_a_null_parameter_compares_as_empty() {
            as("ada")
                    .contentType("application/json")
                    .body("""
                            {"entity":"FieldService.StockLevel","constraint":"[Weight = $w]","parameters":{"w":null},
                             "limit":1,"count":true}""")
                    .post("/v1/profiles/NativeMobile/queries")
                    .then()
                    .statusCode(200)
                    .body("count", equalTo(50_000 / 6));
        }

        @Test
        void asks_for_a_form_that_there_is_not() {
            problem(as("ada").accept("text/csv").get(MOBILE + "Part"), 406, "not-acceptable");
        }
    }

    private static int count(String entity, String constraint) {
        return as("ada")
                .queryParam("constraint", constraint)
                .queryParam("count", true)
                .queryParam("limit", 0)
                .get(MOBILE + entity)
                .then()
                .statusCode(200)
                .extract()
                .path("count");
    }

    private static int countOf(String entity, String constraint, String parameter, String value) {
        return as("ada")
                .queryParam("constraint", constraint)
                .queryParam("$" + parameter, value)
                .queryParam("count", true)
                .queryParam("limit", 0)
                .get(MOBILE + entity)
                .then()
                .statusCode(200)
                .extract()
                .path("count");
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static RequestSpecification raw(String name) {
        return as(name).urlEncodingEnabled(false);
    }

    private static io.restassured.response.Response query(String constraint) {
        return json("{\"entity\":\"FieldService.StockLevel\",\"constraint\":\"" + constraint + "\"}")
                .post("/v1/profiles/NativeMobile/queries");
    }

    private static RequestSpecification json(String body) {
        return as("ada").contentType("application/json").body(body);
    }

    private static void problem(
            io.restassured.response.Response response, int status, @org.jspecify.annotations.Nullable String code) {
        ValidatableResponse answer = response.then().statusCode(status).contentType("application/problem+json");
        if (code != null) {
            answer.body("code", equalTo(code));
        }
    }
}
