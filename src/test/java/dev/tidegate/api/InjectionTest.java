package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What means something in SQL, in every place that a client can write to: where a value stands it is that value, found again
 * as it is; where a name stands it is refused. The store is afterwards as it was.
 */
@QuarkusTest
class InjectionTest extends HostileInput {
    private static final String WEB = "/v1/profiles/Web";
    private static final String PART = "FieldService.Part";
    private static final List<String> TRICKS = List.of(
            "'",
            "''",
            "\"",
            "\\",
            "\\'",
            "';",
            "'; DELETE FROM field_service.part; --",
            "\"; DROP TABLE field_service.part; --",
            "' OR '1' = '1",
            "' OR true --",
            "x' UNION VALUES (1) --",
            "/*",
            "*/",
            "--",
            ";",
            "$1",
            "$$",
            "$x$; DELETE FROM field_service.part; $x$",
            "E'\\x27'",
            "U&'\\0027'",
            "%",
            "_",
            "%' OR 1=1 --",
            "\\%",
            "sleep(5)",
            "'||version()||'",
            "::int4",
            "t0.\"name\"",
            "current_user",
            "\u02BC; DELETE FROM field_service.part; --",
            "\uFF07 OR 1=1",
            "\uD83D\uDE00'");

    private long before;

    @BeforeEach
    void put_rows_with_these_values() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO field_service.part (number, kind, name) VALUES (?, 'FieldService.Part', ?)")) {
            for (String trick : TRICKS) {
                insert.setString(1, trick);
                insert.setString(2, trick);
                insert.executeUpdate();
            }
        }
        before = parts();
    }

    @AfterEach
    void nothing_has_changed() throws SQLException {
        assertThat(parts()).isEqualTo(before);
        try (Connection connection = connect();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM field_service.part WHERE number = ?")) {
            for (String trick : TRICKS) {
                delete.setString(1, trick);
                assertThat(delete.executeUpdate()).as(trick).isEqualTo(1);
            }
        }
    }

    @Test
    void a_value_in_a_constraint_is_a_value() {
        for (String trick : TRICKS) {
            found("[Name = " + single(trick) + "]", trick);
            found("[Name = " + doubled(trick) + "]", trick);
            found("[id = " + single(trick) + "]", trick);
            query(body("[contains(Name, " + single(trick) + ")]"))
                    .then()
                    .statusCode(200)
                    .body("objects.id", hasItem(trick));
            query(body("[FieldService.Part_Replacement = " + single(trick) + "]"))
                    .then()
                    .statusCode(200)
                    .body("count", equalTo(0));
        }
    }

    @Test
    void a_parameter_is_a_value_in_json_and_in_a_query_string() {
        for (String trick : TRICKS) {
            ObjectNode body = body("[Name = $p and id = $q]");
            body.putObject("parameters").put("p", trick).put("q", trick);
            query(body).then().statusCode(200).body("objects.id", contains(trick));
            dora().get(WEB + "/objects/" + PART + "?count=true&constraint="
                            + encoded("[starts-with(Name, $p)][id = $p]") + "&$p=" + encoded(trick))
                    .then()
                    .statusCode(200)
                    .body("objects.id", contains(trick));
        }
    }

    @Test
    void an_id_in_a_path_is_a_value() {
        for (String trick : TRICKS) {
            dora().get(WEB + "/objects/" + PART + "/" + encoded(trick))
                    .then()
                    .statusCode(200)
                    .body("id", equalTo(trick));
        }
    }

    @Test
    void a_value_of_another_type_is_refused() {
        for (String trick : TRICKS) {
            for (String of : List.of("Barcode = ", "Price < ", "FieldService.StockLevel_Part = ")) {
                refused(query(body("[" + of + single(trick) + "]")), of + trick);
            }
            ObjectNode body = body("[Barcode = $p]");
            body.putObject("parameters").put("p", trick);
            refused(query(body), trick);
        }
    }

    @Test
    void a_name_is_one_of_the_model_or_refused() {
        for (String trick : TRICKS) {
            refused(query(body("[" + trick + " = 1]")), trick);
            refused(query(body("[Name" + trick + " = 1]")), trick);
            refused(query(body("[FieldService." + trick + "]")), trick);
            refused(query(body("[FieldService.Part_Replacement/" + trick + "/Name = 'x']")), trick);
            refused(query(body("[year-from-dateTime(Name, " + single(trick) + ") = 1]")), trick);
            refusedBody(trick, body -> body.put("entity", trick));
            refusedBody(trick, body -> body.put("entity", PART + trick));
            refusedBody(trick, body -> body.putArray("attributes").add(trick));
            refusedBody(
                    trick,
                    body -> body.putArray("attributes").add("Name").add("FieldService.Part_Replacement" + trick));
            refusedBody(trick, body -> body.putArray("expand").add(trick));
            refusedBody(trick, body -> body.putArray("expand").add("FieldService.Part_Replacement" + trick));
            refusedBody(trick, body -> body.putArray("sort").addObject().put("path", trick));
            refusedBody(trick, body -> body.putArray("sort").addObject().put("path", "Name" + trick));
            refusedBody(
                    trick,
                    body -> body.putArray("sort")
                            .addObject()
                            .put("path", "Name")
                            .put("order", trick));
            refusedBody(trick, body -> body.putObject("parameters").put(trick, "x"));
            refusedBody(trick, body -> body.put(trick, "x"));
        }
    }

    @Test
    void a_name_in_a_path_or_a_query_string_is_one_of_the_model_or_refused() {
        for (String trick : TRICKS) {
            String text = encoded(trick);
            for (String path : List.of(
                    "/v1/profiles/" + text + "/objects/" + PART,
                    WEB + "/objects/" + text,
                    WEB + "/objects/" + PART + text,
                    WEB + "/objects/" + PART + text + "/x",
                    WEB + "/objects/" + PART + "?sort=" + text,
                    WEB + "/objects/" + PART + "?sort=Name" + text,
                    WEB + "/objects/" + PART + "?sort=" + encoded("Name " + trick),
                    WEB + "/objects/" + PART + "?attributes=" + text,
                    WEB + "/objects/" + PART + "?expand=" + text,
                    WEB + "/objects/" + PART + "?limit=" + text,
                    WEB + "/objects/" + PART + "?offset=" + text,
                    WEB + "/objects/" + PART + "?count=" + text,
                    WEB + "/objects/" + PART + "?" + text + "=1",
                    WEB + "/objects/" + PART + "?$" + text + "=1&constraint=" + encoded("[Name = 'x']"))) {
                refused(dora().get(path), path);
            }
        }
    }

    @Test
    void nul_is_no_text_anywhere() {
        String nul = "a\u0000b";
        refused(query(body("[Name = '" + nul + "']")), "constraint");
        refusedBody(
                nul,
                body -> body.put("constraint", "[Name = $p]")
                        .putObject("parameters")
                        .put("p", nul));
        refusedBody(nul, body -> body.put("entity", nul));
        refusedBody(nul, body -> body.putArray("sort").addObject().put("path", nul));
        refused(dora().get(WEB + "/objects/" + PART + "/a%00b"), "id");
        refused(dora().get(WEB + "/objects/" + PART + "?constraint=" + encoded("[Name = $p]") + "&$p=a%00b"), "$p");
    }

    private void found(String constraint, String id) {
        query(body(constraint))
                .then()
                .statusCode(200)
                .body("objects.id", contains(id))
                .body("count", equalTo(1));
    }

    private void refusedBody(String trick, Consumer<ObjectNode> change) {
        ObjectNode body = body("[Name = 'x']");
        change.accept(body);
        refused(query(body), body + " with " + trick);
    }

    private static void refused(Response answer, String sent) {
        assertThat(answer.statusCode()).as("%s → %s", sent, answer.asString()).isBetween(400, 499);
        assertProblem(answer.asString(), answer.statusCode());
    }

    private static ObjectNode body(String constraint) {
        return JSON.createObjectNode()
                .put("entity", PART)
                .put("constraint", constraint)
                .put("count", true);
    }

    private static Response query(ObjectNode body) {
        return dora().contentType("application/json").body(body.toString()).post(WEB + "/queries");
    }

    private static RequestSpecification dora() {
        return given().urlEncodingEnabled(false).auth().preemptive().basic("dora", "dora");
    }

    private static String single(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String doubled(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static long parts() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM field_service.part")) {
            found.next();
            return found.getLong(1);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:" + store("url"), store("username"), store("password"));
    }

    private static String store(String property) {
        return ConfigProvider.getConfig().getValue("tidegate.stores.field." + property, String.class);
    }
}
