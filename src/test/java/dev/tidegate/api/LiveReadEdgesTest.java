package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Corners of live reads where a store's oddities, parameters and the order of the stages meet. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class LiveReadEdgesTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile/";
    private static final String WEB = "/v1/profiles/Web/";

    @Nested
    class An_object_of_an_own_entity_that_nobody_knows {
        @Test
        void is_neither_shown_nor_counted_nor_found_by_a_path() throws SQLException {
            run("INSERT INTO field_service.part (number, kind, name) VALUES ('0-odd', 'Bogus', 'odd')");
            run("INSERT INTO field_service.stock_level (id, quantity, part_number)"
                    + " VALUES ('0dd00000-0000-4000-8000-000000000001', 1, '0-odd')");
            try {
                query("ada", MOBILE, """
                        {"entity": "FieldService.Part", "limit": 1, "count": true}""")
                        .statusCode(200)
                        .body("objects", hasSize(1))
                        .body("objects.id", not(hasItem("0-odd")))
                        .body("count", equalTo(1_000));
                query("ada", MOBILE, """
                        {"entity": "FieldService.StockLevel", "count": true,
                         "constraint": "[FieldService.StockLevel_Part/FieldService.Part/Name = 'odd']"}""").statusCode(200).body("count", equalTo(0));
                query("ada", MOBILE, """
                        {"entity": "FieldService.StockLevel", "count": true,
                         "constraint": "[FieldService.StockLevel_Part = '0-odd']"}""").statusCode(200).body("count", equalTo(0));
            } finally {
                run("DELETE FROM field_service.stock_level WHERE part_number = '0-odd'");
                run("DELETE FROM field_service.part WHERE number = '0-odd'");
            }
        }

        @Test
        void is_not_judged_by_the_rules_of_a_generalization_either() throws SQLException {
            run("INSERT INTO field_service.part (number, kind, name) VALUES ('0-odd', 'Bogus', 'odd')");
            run("INSERT INTO field_service.spare_part (number) VALUES ('0-odd')");
            try {
                query("ada", MOBILE, """
                        {"entity": "FieldService.SparePart", "constraint": "[id = '0-odd']", "count": true}""")
                        .statusCode(200)
                        .body("objects", hasSize(0))
                        .body("count", equalTo(0));
                object("SparePart/0-odd").statusCode(404);
            } finally {
                run("DELETE FROM field_service.spare_part WHERE number = '0-odd'");
                run("DELETE FROM field_service.part WHERE number = '0-odd'");
            }
        }
    }

    @Nested
    class A_time_that_the_store_holds_with_microseconds {
        @Test
        void is_equal_to_the_milliseconds_that_are_shown() throws SQLException {
            run("INSERT INTO field_service.stock_level (id, quantity, counted_at)"
                    + " VALUES ('0dd00000-0000-4000-8000-000000000002', 1, '2031-01-01 00:00:00.123456Z')");
            try {
                assertThat(countedAt("= '2031-01-01T00:00:00.123Z'")).isEqualTo(1);
                assertThat(countedAt("!= '2031-01-01T00:00:00.123Z'")).isEqualTo(0);
                assertThat(countedAt("<= '2031-01-01T00:00:00.123Z'")).isEqualTo(1);
                assertThat(countedAt("> '2031-01-01T00:00:00.123Z'")).isEqualTo(0);
                assertThat(countedAt("> '2031-01-01T00:00:00.122Z'")).isEqualTo(1);
                assertThat(countedAt(">= '2031-01-01T00:00:00.124Z'")).isEqualTo(0);
                assertThat(countedAt("< '2031-01-01T00:00:00.124Z'")).isEqualTo(1);
                assertThat(countedAt("< '2031-01-01T00:00:00.123Z'")).isEqualTo(0);
                assertThat(countedAt("= CountedAt")).isEqualTo(1);
            } finally {
                run("DELETE FROM field_service.stock_level WHERE id = '0dd00000-0000-4000-8000-000000000002'");
            }
        }

        private static int countedAt(String comparison) {
            return query(
                            "dora",
                            WEB,
                            "{\"entity\": \"FieldService.StockLevel\", \"count\": true, \"constraint\":"
                                    + " \"[id = '0dd00000-0000-4000-8000-000000000002' and CountedAt " + comparison
                                    + "]\"}")
                    .statusCode(200)
                    .extract()
                    .path("count");
        }
    }

    @Nested
    class A_parameter {
        @Test
        void of_an_enumeration_is_one_of_its_keys() {
            query("dora", WEB, """
                    {"entity": "FieldService.WorkOrder", "constraint": "[Title = $s or Status = $s]",
                     "parameters": {"s": "Opne"}}""")
                    .statusCode(400)
                    .body("violations.code", contains("type-mismatch"))
                    .body("violations.pointer", contains("/parameters/s"));
            query("dora", WEB, """
                    {"entity": "FieldService.WorkOrder", "constraint": "[Status = $s]", "limit": 0, "count": true,
                     "parameters": {"s": "Closed"}}""").statusCode(200).body("count", equalTo(3_000));
            given().auth()
                    .preemptive()
                    .basic("dora", "dora")
                    .queryParam("constraint", "[FieldService.WorkOrder_Customer/FieldService.WorkOrder/Status = $s]")
                    .queryParam("$s", "closed")
                    .get(WEB + "objects/FieldService.Customer")
                    .then()
                    .statusCode(400)
                    .body("violations.parameter", contains("$s"));
        }

        @Test
        void is_needed_where_it_is_compared_with_empty() {
            query("dora", WEB, """
                    {"entity": "FieldService.Customer", "constraint": "[$a != empty]"}""")
                    .statusCode(400)
                    .body("violations.code", contains("malformed-request"))
                    .body("violations.detail[0]", org.hamcrest.Matchers.containsString("$a"));
            query("dora", WEB, """
                    {"entity": "FieldService.Customer", "constraint": "[$a != empty or empty = $b]", "limit": 0,
                     "parameters": {"a": "x", "b": "y"}, "count": true}""").statusCode(200).body("count", equalTo(200));
            query("dora", WEB, """
                    {"entity": "FieldService.Customer", "constraint": "[$a < $b]", "limit": 0,
                     "parameters": {"a": null, "b": "y"}, "count": true}""").statusCode(200).body("count", equalTo(0));
        }

        @Test
        void is_no_list_where_it_is_compared_with_empty_either() {
            query("dora", WEB, """
                    {"entity": "FieldService.Customer", "constraint": "[$a != empty]", "parameters": {"a": [1]}}""")
                    .statusCode(400)
                    .body("violations.code", contains("type-mismatch"))
                    .body("violations.pointer", contains("/parameters/a"));
        }

        @Test
        void that_nobody_asks_for_is_refused_when_it_is_null_too() {
            query("dora", WEB, """
                    {"entity": "FieldService.Customer", "constraint": "[Active]", "parameters": {"a": null}}""").statusCode(400).body("violations.pointer", contains("/parameters/a"));
        }
    }

    @Nested
    class What_is_no_value_of_its_type {
        @Test
        void is_told_before_the_rules_are_asked() {
            query("ada", MOBILE, """
                    {"entity": "FieldService.Site", "parameters": {"n": 5},
                     "constraint": "[FieldService.Site_Customer/FieldService.Customer/Name = $n]"}""").statusCode(400).body("violations.code", contains("type-mismatch"));
            query("ada", MOBILE, """
                    {"entity": "FieldService.Site", "parameters": {"n": "x"},
                     "constraint": "[FieldService.Site_Customer/FieldService.Customer/Name = $n]"}""").statusCode(422).body("violations.code", contains("cross-mode-constraint"));
        }

        @Test
        void is_told_of_an_id_before_the_rules_are_asked() {
            object("WorkOrder/7").statusCode(400).body("violations.parameter", contains("id"));
            object("WorkOrder/" + Demo.id("work_order", 1)).statusCode(422).body("code", equalTo("entity-not-online"));
            object("Supplier/7").statusCode(404).body("code", equalTo("not-in-profile"));
        }
    }

    @Test
    void positions_of_sort_keys_in_a_list_are_as_if_joined_by_commas() {
        query("dora", WEB, """
                {"entity": "FieldService.Customer",
                 "sort": [{"path": "Name"}, {"path": "Nmae", "order": "desc"}, {"path": "Ctiy"}]}""")
                .statusCode(400)
                .body("violations.parameter", contains("sort", "sort"))
                .body("violations.position", contains(5, 10));
    }

    private static ValidatableResponse object(String path) {
        return given().auth()
                .preemptive()
                .basic("ada", "ada")
                .get(MOBILE + "objects/FieldService." + path)
                .then();
    }

    private static ValidatableResponse query(String caller, String profile, String body) {
        return given().auth()
                .preemptive()
                .basic(caller, caller)
                .contentType("application/json")
                .body(body)
                .post(profile + "queries")
                .then();
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:" + store("url"), store("username"), store("password"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String store(String property) {
        return ConfigProvider.getConfig().getValue("tidegate.stores.field." + property, String.class);
    }
}
