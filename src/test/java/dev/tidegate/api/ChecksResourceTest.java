package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Design-time checks over the wire, about the demo: what is allowed stands beside what is not. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ChecksResourceTest {
    private static final String NATIVE = "NativeMobile";

    @Nested
    class Queries {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "FieldService.Task       | [Title = 'x']        | device |",
                    "FieldService.StockLevel | [Quantity < $most]   | server |",
                    "FieldService.Manual     | [Name = 'x']         | server |",
                    "FieldService.Document   | [Name = 'x']         | device | mixed-hierarchy-query",
                    "FieldService.StockLevel | [FieldService.StockLevel_WorkOrder/FieldService.WorkOrder/Title = 'x'] | server | cross-mode-constraint@1",
                    "FieldService.StockLevel | [Quantity > 1 and FieldService.StockLevel_WorkOrder = $w] | server | cross-mode-constraint@18",
                    "FieldService.StockLevel | [Quantiy = 1]        | server | unknown-member@1",
                    "FieldService.StockLevel | [Quantity = 'x']     | server | type-mismatch@12",
                    "FieldService.Site       | [Name =              | server | malformed-constraint@7",
                    "FieldService.Supplier   | [Name = 'x']         | server | not-in-profile",
                    "FieldService.Nope       | [Name = 'x']         | server | unknown-entity"
                })
        void are_judged_where_they_run(String entity, String constraint, String runsOn, @Nullable String violation) {
            assertVerdict(query(entity, constraint, false), runsOn, violation);
        }

        @Test
        void that_are_live_run_on_the_server_whatever_the_mode() {
            assertVerdict(query("FieldService.Task", "[Title = 'x']", true), "server", "entity-not-online");
            assertVerdict(query("FieldService.StockLevel", "[Quantity = 1]", true), "server", null);
        }

        @Test
        void all_run_on_the_server_in_a_web_profile() {
            JsonPath verdict = only(
                    judged("dora", "Web", "{\"queries\":[{\"name\":\"q\",\"entity\":\"FieldService.Document\"}]}"));

            assertVerdict(verdict, "server", null);
        }

        private JsonPath query(String entity, String constraint, boolean live) {
            return only(judged("ada", NATIVE, """
                    {"queries":[{"name":"q","entity":"%s","constraint":"%s","live":%s}]}""".formatted(entity, constraint, live)));
        }
    }

    @Nested
    class Writes {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "update | FieldService.WorkOrder  | Title,FieldService.WorkOrder_Site | false | device |",
                    "update | FieldService.WorkOrder  | Title    | true  | server | entity-not-online",
                    "delete | FieldService.WorkOrder  | ''       | false | device | access-denied",
                    "update | FieldService.StockLevel | Quantity,FieldService.StockLevel_Site | false | server |",
                    "update | FieldService.StockLevel | Quantity,FieldService.StockLevel_WorkOrder | false | server | read-only-association@/members/1",
                    "update | FieldService.Site       | Street,Name | false | server | read-only-member@/members/1",
                    "create | FieldService.Note       | Text,Txet | false | device | unknown-member@/members/1",
                    "create | FieldService.Supplier   | Name     | false | server | not-in-profile"
                })
        void are_judged_by_their_members(
                String op, String entity, String members, boolean live, String runsOn, @Nullable String violation) {
            String list = members.isEmpty() ? "" : "\"" + members.replace(",", "\",\"") + "\"";

            JsonPath verdict = only(judged("ada", NATIVE, """
                    {"writes":[{"name":"w","op":"%s","entity":"%s","members":[%s],"live":%s}]}""".formatted(op, entity, list, live)));

            assertVerdict(verdict, runsOn, violation);
        }
    }

    @Nested
    class Batches {
        private static final String NOTE = """
                {"op":"create","entity":"FieldService.Note","id":"7b000000-0000-4000-8000-000000000002",\
                "attributes":{"Text":"x"}}""";

        @Test
        void that_may_be_sent_are_allowed() {
            assertVerdict(only(judged("ada", NATIVE, batch(NOTE))), "server", null);
        }

        @Test
        void are_judged_operation_by_operation_with_the_place_of_each() {
            String site = """
                    {"op":"update","entity":"FieldService.Site","id":"7b000000-0000-4000-8000-000000000003",\
                    "attributes":{"Street":"x"}}""";
            String delete = """
                    {"op":"delete","entity":"FieldService.WorkOrder","id":"7b000000-0000-4000-8000-000000000004"}""";

            judged("ada", NATIVE, batch(NOTE + "," + site + "," + delete))
                    .body("allowed", equalTo(false))
                    .body("results[0].violations.code", contains("online-entity-in-batch", "access-denied"))
                    .body("results[0].violations.pointer", contains("/operations/1/entity", "/operations/2"));
        }

        @Test
        void have_no_place_in_a_web_profile() {
            judged("dora", "Web", batch(NOTE)).body("results[0].violations[0].code", equalTo("profile-not-offline"));
        }

        private static String batch(String operations) {
            return "{\"batches\":[{\"name\":\"b\",\"operations\":[" + operations + "]}]}";
        }
    }

    @Nested
    class Answers {
        @Test
        void are_in_the_order_of_the_questions() {
            judged("ada", NATIVE, """
                    {"queries":[{"name":"q1","entity":"FieldService.Site"},{"name":"q2","entity":"FieldService.Document"}],
                     "writes":[{"name":"w","op":"create","entity":"FieldService.Note","members":["Text"]}],
                     "batches":[{"name":"b","operations":[{"op":"delete","entity":"FieldService.Note",
                                 "id":"7b000000-0000-4000-8000-000000000002"}]}]}""")
                    .body("allowed", equalTo(false))
                    .body("results.name", contains("q1", "q2", "w", "b"))
                    .body("results.allowed", contains(true, false, true, true));
        }

        @Test
        void to_nothing_are_nothing() {
            judged("ada", NATIVE, "{}").body("allowed", equalTo(true)).body("results", empty());
        }

        @Test
        void of_a_hierarchy_that_is_downloaded_whole_do_not_warn() {
            judged("ada", NATIVE, "{\"queries\":[{\"name\":\"q\",\"entity\":\"FieldService.Task\"}]}")
                    .body("results[0].allowed", equalTo(true))
                    .body("results[0].warnings", empty());
        }

        @Test
        void about_roles_of_others_are_the_operators() {
            String ofDispatchers = "{\"roles\":[\"Dispatcher\"],\"queries\":[]}";

            post("ada", NATIVE, ofDispatchers).statusCode(403).body("code", equalTo("access-denied"));
            post("ada", NATIVE, "{\"roles\":[\"Nope\"]}").statusCode(403);
            post("ada", NATIVE, "{\"roles\":[\"Engineer\"]}").statusCode(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"roles\":\"x\"}                                                       | /roles",
                "{\"queries\":{}}                                                        | /queries",
                "{\"queries\":[null]}                                                    | /queries/0",
                "{\"queries\":[{\"name\":\"a\"}]}                                        | /queries/0/entity",
                "{\"queries\":[{\"entity\":\"FieldService.Site\"}]}                      | /queries/0/name",
                "{\"queries\":[{\"name\":\"a\",\"entity\":\"x\",\"limit\":1}]}           | /queries/0/limit",
                "{\"writes\":[{\"name\":\"w\",\"op\":\"upsert\",\"entity\":\"x\"}]}      | /writes/0/op",
                "{\"writes\":[{\"name\":\"w\",\"op\":\"create\",\"entity\":\"x\",\"live\":1}]} | /writes/0/live",
                "{\"batches\":[{\"name\":\"b\"}]}                                        | /batches/0/operations",
                "{\"batches\":[{\"name\":\"b\",\"operations\":[]}]}                      | /batches/0/operations",
                "{\"batches\":[{\"name\":\"b\",\"operations\":[{\"op\":\"create\"}]}]}   | /batches/0/operations/0/entity",
                "{\"profile\":\"Web\"}                                                   | /profile"
            })
    void a_body_of_another_form_is_refused_with_its_place(String body, String pointer) {
        post("ada", NATIVE, body)
                .statusCode(400)
                .body("code", equalTo("malformed-request"))
                .body("violations", hasSize(1))
                .body("violations[0].pointer", equalTo(pointer));
    }

    private static ValidatableResponse judged(String caller, String profile, String body) {
        return post(caller, profile, body).statusCode(200).contentType("application/json");
    }

    private static ValidatableResponse post(String caller, String profile, String body) {
        return given().auth()
                .preemptive()
                .basic(caller, caller)
                .contentType("application/json")
                .body(body)
                .post("/v1/profiles/" + profile + "/checks")
                .then();
    }

    private static JsonPath only(ValidatableResponse answer) {
        return answer.body("results", hasSize(1)).extract().jsonPath().setRootPath("results[0]");
    }

    /** {@code violation}: its code, with position or pointer behind an at sign; null when it is allowed. */
    private static void assertVerdict(JsonPath verdict, String runsOn, @Nullable String violation) {
        List<Map<String, Object>> violations = verdict.getList("violations");
        List<String> found = violations.stream().map(ChecksResourceTest::print).toList();
        assertThat(found).isEqualTo(violation == null ? List.of() : List.of(violation));
        assertThat(verdict.getBoolean("allowed")).isEqualTo(violation == null);
        assertThat(verdict.getString("runsOn")).isEqualTo(runsOn);
    }

    private static String print(Map<String, Object> violation) {
        Object place = violation.getOrDefault("pointer", violation.get("position"));
        return Objects.toString(violation.get("code")) + (place == null ? "" : "@" + place);
    }
}
