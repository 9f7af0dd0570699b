package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Sorting over references, pages by cursor, expansion, aggregates and entity tags over HTTP, on the demo. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(Untouched.class)
class QueryOptionsTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile/";
    private static final String WEB = "/v1/profiles/Web/";
    private static final String SITE = "FieldService.StockLevel_Site";

    @Nested
    class Pages {
        @Test
        void lead_to_the_next_by_their_link_until_the_last_which_has_none() {
            List<String> ids = new ArrayList<>();
            String next = MOBILE + "objects/FieldService.Site?limit=250&offset=0&sort=City%20desc,Name&count=true";
            int pages = 0;
            while (next != null) {
                Response page = raw("ada").get(next);
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.<Integer>path("count")).isEqualTo(600);
                ids.addAll(page.path("objects.id"));
                pages++;
                next = linkOf(page);
                assertThat(page.<String>path("next") != null).isEqualTo(next != null);
                if (next != null) {
                    assertThat(next)
                            .startsWith(MOBILE
                                    + "objects/FieldService.Site?limit=250&sort=City%20desc,Name&count=true&after=")
                            .endsWith(page.path("next"));
                }
            }
            assertThat(pages).isEqualTo(3);
            assertThat(ids)
                    .hasSize(600)
                    .doesNotHaveDuplicates()
                    .isEqualTo(as("ada")
                            .queryParam("sort", "City desc,Name")
                            .queryParam("limit", 600)
                            .get(MOBILE + "objects/FieldService.Site")
                            .path("objects.id"));
        }

        @Test
        void of_queries_in_a_body_have_their_cursor_in_the_answer_only() {
            Response first = query("{\"entity\":\"FieldService.Part\",\"sort\":[{\"path\":\"Name\"}],\"limit\":400}");
            first.then().statusCode(200).body("objects", hasSize(400)).header("Link", nullValue());
            query("{\"entity\":\"FieldService.Part\",\"sort\":[{\"path\":\"Name\"}],\"limit\":1000,\"after\":\""
                            + first.path("next") + "\"}")
                    .then()
                    .statusCode(200)
                    .body("objects", hasSize(600))
                    .body("$", not(hasKey("next")));
        }

        @Test
        void have_no_next_where_nothing_was_asked_for() {
            as("ada")
                    .queryParam("limit", 0)
                    .get(MOBILE + "objects/FieldService.Part")
                    .then()
                    .statusCode(200)
                    .header("Link", nullValue())
                    .body("$", not(hasKey("next")));
        }

        @Test
        void begin_at_one_place_only() {
            problem(
                    as("ada")
                            .queryParam("after", "x")
                            .queryParam("offset", 0)
                            .get(MOBILE + "objects/FieldService.Part"),
                    400,
                    "malformed-request");
            problem(query("{\"entity\":\"FieldService.Part\",\"after\":\"x\",\"offset\":5}"), 400, "malformed-request");
        }

        @Test
        void take_no_cursor_but_their_own() {
            String cursor = as("ada")
                    .queryParam("limit", 1)
                    .get(MOBILE + "objects/FieldService.Part")
                    .path("next");
            for (String other :
                    List.of("", "x", "%", "AAAA", cursor + "A", "A" + cursor.substring(1), "é".repeat(50))) {
                as("ada")
                        .queryParam("after", other)
                        .get(MOBILE + "objects/FieldService.Part")
                        .then()
                        .statusCode(400)
                        .body("code", equalTo("invalid-cursor"))
                        .body("violations[0].parameter", equalTo("after"));
            }
            problem(
                    as("ada").queryParam("after", cursor).get(MOBILE + "objects/FieldService.Site"),
                    400,
                    "invalid-cursor");
            problem(
                    as("dora").queryParam("after", cursor).get(WEB + "objects/FieldService.Part"),
                    400,
                    "invalid-cursor");
            problem(
                    as("ada")
                            .queryParam("after", cursor)
                            .queryParam("constraint", "[Name != empty]")
                            .get(MOBILE + "objects/FieldService.Part"),
                    400,
                    "invalid-cursor");
            problem(
                    as("ada")
                            .header("Time-Zone", "Europe/Amsterdam")
                            .queryParam("after", cursor)
                            .get(MOBILE + "objects/FieldService.Part"),
                    400,
                    "invalid-cursor");
            as("ada")
                    .queryParam("after", cursor)
                    .queryParam("attributes", "Name")
                    .queryParam("expand", "FieldService.Part_Replacement")
                    .get(MOBILE + "objects/FieldService.Part")
                    .then()
                    .statusCode(200);
        }

        private static @Nullable String linkOf(Response page) {
            String link = page.header("Link");
            if (link == null) {
                return null;
            }
            assertThat(link).matches("<[^<>]+>; rel=\"next\"");
            return link.substring(1, link.indexOf('>'));
        }
    }

    @Nested
    class Sorting {
        @Test
        void over_a_reference_is_by_what_it_leads_to() {
            List<String> sites = as("ada")
                    .queryParam("sort", SITE + "/FieldService.Site/Name desc,Quantity")
                    .queryParam("expand", SITE)
                    .queryParam("limit", 500)
                    .get(MOBILE + "objects/FieldService.StockLevel")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("objects.expanded.'" + SITE + "'.attributes.Name");
            assertThat(sites).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        }

        @Test
        void over_what_is_on_the_device_is_refused() {
            problem(
                    as("ada")
                            .queryParam("sort", "FieldService.StockLevel_WorkOrder/FieldService.WorkOrder/Title")
                            .get(MOBILE + "objects/FieldService.StockLevel"),
                    422,
                    "cross-mode-constraint");
        }
    }

    @Nested
    class Expanding {
        @Test
        void shows_whole_objects_within_the_object() {
            Response answer = as("ada")
                    .queryParam("expand", SITE + "/FieldService.Site_Parent," + SITE + ",FieldService.StockLevel_Part")
                    .queryParam("attributes", "Quantity")
                    .get(MOBILE + "objects/FieldService.StockLevel/" + Demo.id("stock_level", 3));
            answer.then()
                    .statusCode(200)
                    .header("ETag", nullValue())
                    .body("attributes", aMapWithSize(1))
                    .body("expanded", aMapWithSize(2))
                    .body("expanded.'FieldService.StockLevel_Part'.id", equalTo("P-00004"))
                    .body("expanded.'FieldService.StockLevel_Part'.attributes", not(hasKey("Price")))
                    .body("expanded.'" + SITE + "'.id", equalTo(Demo.id("site", 1)));
            Map<String, Object> site = answer.path("expanded.'" + SITE + "'");
            Map<String, Object> alone = as("ada")
                    .queryParam("expand", "FieldService.Site_Parent")
                    .get(MOBILE + "objects/FieldService.Site/" + Demo.id("site", 1))
                    .path("$");
            assertThat(site).isEqualTo(alone).containsKeys("version", "readOnly", "expanded");
        }

        @Test
        void works_in_a_body_too() {
            query("{\"entity\":\"FieldService.Site\",\"limit\":3,\"expand\":[\"FieldService.Site_Parent\"]}")
                    .then()
                    .statusCode(200)
                    .body("objects[0].expanded", hasKey("FieldService.Site_Parent"));
        }

        @Test
        void of_a_set_is_a_list() {
            List<List<String>> expanded = as("dora")
                    .queryParam("expand", "FieldService.Engineer_Skill")
                    .get(WEB + "objects/FieldService.Engineer")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("objects.expanded.'FieldService.Engineer_Skill'.id");
            List<List<String>> ids = as("dora")
                    .get(WEB + "objects/FieldService.Engineer")
                    .path("objects.associations.'FieldService.Engineer_Skill'");
            assertThat(expanded)
                    .isEqualTo(ids)
                    .anySatisfy(one -> assertThat(one).isNotEmpty());
        }

        @Test
        void shows_only_what_may_be_read() {
            as("arno")
                    .queryParam("expand", "FieldService.Note_WorkOrder/FieldService.WorkOrder")
                    .get(WEB + "objects/FieldService.Note")
                    .then()
                    .statusCode(403);
            List<Map<String, Object>> invoices = as("arno")
                    .queryParam("expand", "FieldService.WorkOrder_Invoice")
                    .queryParam("limit", 500)
                    .get(WEB + "objects/FieldService.Invoice")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("objects.expanded.'FieldService.WorkOrder_Invoice'");
            assertThat(invoices).anySatisfy(one -> assertThat(one).isNull());
            List<String> statuses = as("arno")
                    .queryParam("expand", "FieldService.WorkOrder_Invoice")
                    .queryParam("limit", 500)
                    .get(WEB + "objects/FieldService.Invoice")
                    .path("objects.expanded.'FieldService.WorkOrder_Invoice'.findAll { it != null }.attributes.Status");
            assertThat(statuses).isNotEmpty().containsOnly("Closed");
        }

        @Test
        void reaches_two_levels_and_only_associations() {
            problem(
                    as("ada")
                            .queryParam(
                                    "expand",
                                    "FieldService.Site_Parent/FieldService.Site_Parent/FieldService.Site_Parent")
                            .get(MOBILE + "objects/FieldService.Site"),
                    400,
                    "limit-exceeded");
            problem(
                    as("ada")
                            .queryParam("expand", "FieldService.StockLevel_WorkOrder")
                            .get(MOBILE + "objects/FieldService.StockLevel"),
                    422,
                    "entity-not-online");
        }
    }

    @Nested
    class An_aggregate {
        @Test
        void is_written_as_its_type_is() {
            assertThat(aggregate("function=count")).isEqualTo("{\"value\":50000}");
            assertThat(aggregate("function=max&attribute=Quantity")).isEqualTo("{\"value\":119}");
            assertThat(aggregate("function=sum&attribute=Quantity&constraint=[Quantity%20%3C%20$most]&$most=2"))
                    .matches("\\{\"value\":\"[1-9][0-9]*\"}");
            assertThat(aggregate("function=avg&attribute=Quantity&constraint=[Quantity%20=%20$q]&$q=7"))
                    .isEqualTo("{\"value\":\"7\"}");
            assertThat(aggregate("function=min&attribute=Weight")).isEqualTo("{\"value\":\"0.125\"}");
            assertThat(aggregate("function=max&attribute=CountedAt"))
                    .matches("\\{\"value\":\"2026-[-0-9]+T[0-9:]+\\.[0-9]{3}Z\"}");
            assertThat(aggregate("function=sum&attribute=Quantity&constraint=[Quantity%20%3C%20-1]"))
                    .isEqualTo("{\"value\":null}");
            assertThat(aggregate("function=count&constraint=[Quantity%20%3C%20-1]"))
                    .isEqualTo("{\"value\":0}");
        }

        @Test
        void is_judged_like_a_query() {
            String path = MOBILE + "aggregates/FieldService.";
            problem(as("ada").queryParam("function", "count").get(path + "WorkOrder"), 422, "entity-not-online");
            problem(as("ada").queryParam("function", "count").get(path + "Document"), 422, "entity-not-online");
            problem(as("ada").queryParam("function", "count").get(path + "Supplier"), 404, "not-in-profile");
            problem(as("ada").queryParam("function", "count").get(path + "Nothing"), 404, "unknown-entity");
            problem(
                    as("ada")
                            .queryParam("function", "max")
                            .queryParam("attribute", "Price")
                            .get(path + "Part"),
                    403,
                    "access-denied");
            problem(
                    as("dora")
                            .queryParam("function", "count")
                            .queryParam("attribute", "Secret")
                            .get(WEB + "aggregates/FieldService.WorkOrder"),
                    422,
                    "member-not-usable");
            problem(
                    as("dora")
                            .queryParam("function", "max")
                            .queryParam("attribute", "Content")
                            .get(WEB + "aggregates/FieldService.Photo"),
                    422,
                    "member-not-usable");
            problem(given().queryParam("function", "count").get(path + "Part"), 401, "unauthenticated");
        }

        @Test
        void counts_only_objects_whose_attribute_may_be_read() {
            String path = MOBILE + "aggregates/FieldService.Site?function=count";
            int north = as("ada").get(path + "&attribute=AlarmCode").path("value");
            assertThat(north).isPositive().isLessThan(600);
            int counted = as("ada")
                    .queryParam("constraint", "[Region = 'North' and AlarmCode != empty]")
                    .get(path)
                    .path("value");
            assertThat(north).isEqualTo(counted);
            assertThat(as("ada").get(path).<Integer>path("value")).isEqualTo(600);
        }

        @Test
        void says_what_is_wrong_with_the_request() {
            String path = MOBILE + "aggregates/FieldService.StockLevel";
            problem(as("ada").get(path), 400, "malformed-request");
            problem(as("ada").queryParam("function", "median").get(path), 400, "malformed-request");
            problem(as("ada").queryParam("function", "sum").get(path), 400, "malformed-request");
            problem(
                    as("ada")
                            .queryParam("function", "sum")
                            .queryParam("attribute", "CountedAt")
                            .get(path),
                    400,
                    "type-mismatch");
            problem(
                    as("ada")
                            .queryParam("function", "sum")
                            .queryParam("attribute", "Quantty")
                            .get(path),
                    400,
                    "unknown-member");
            problem(
                    as("ada")
                            .queryParam("function", "count")
                            .queryParam("constraint", "[Quantity =]")
                            .get(path),
                    400,
                    "malformed-constraint");
            problem(
                    as("ada")
                            .queryParam("function", "count")
                            .queryParam("limit", 1)
                            .get(path),
                    400,
                    "malformed-request");
        }

        private static String aggregate(String query) {
            return raw("ada")
                    .get(MOBILE + "aggregates/FieldService.StockLevel?" + query)
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", containsString("no-store"))
                    .extract()
                    .asString();
        }
    }

    @Nested
    class An_entity_tag {
        private static final String STOCK = MOBILE + "objects/FieldService.StockLevel/";

        @Test
        void that_is_known_makes_the_answer_short() {
            for (String known : List.of("\"1\"", "W/\"1\"", "\"0\", \"1\"", "*")) {
                Response answer = as("ada").header("If-None-Match", known).get(STOCK + Demo.id("stock_level", 3));
                answer.then().statusCode(304).header("ETag", "\"1\"");
                assertThat(answer.asString()).isEmpty();
            }
            as("ada")
                    .header("If-None-Match", "\"0\"")
                    .get(STOCK + Demo.id("stock_level", 3))
                    .then()
                    .statusCode(200);
        }

        @Test
        void is_not_looked_at_before_access_is() {
            problem(
                    as("ada")
                            .header("If-None-Match", "*")
                            .get(MOBILE + "objects/FieldService.Invoice/" + Demo.id("invoice", 1)),
                    404,
                    "no-such-object");
            problem(as("ada").header("If-None-Match", "*").get(STOCK + Demo.id("nowhere", 1)), 404, "no-such-object");
        }

        @Test
        void says_nothing_where_more_than_the_object_is_shown() {
            as("ada")
                    .header("If-None-Match", "*")
                    .queryParam("expand", SITE)
                    .get(STOCK + Demo.id("stock_level", 3))
                    .then()
                    .statusCode(200);
            String engineer = WEB + "objects/FieldService.Engineer/" + Demo.id("engineer", 1);
            as("dora").header("If-None-Match", "*").get(engineer).then().statusCode(200);
            as("dora")
                    .header("If-None-Match", "*")
                    .queryParam("attributes", "Name,FieldService.Engineer_Skill")
                    .get(engineer)
                    .then()
                    .statusCode(200);
        }
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static RequestSpecification raw(String name) {
        return as(name).urlEncodingEnabled(false);
    }

    private static Response query(String body) {
        return as("ada").contentType("application/json").body(body).post(MOBILE + "queries");
    }

    private static void problem(Response response, int status, String code) {
        response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code));
    }
}
