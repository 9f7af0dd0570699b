package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifest of each kind of profile, about the demo. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ManifestTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void it_begins_with_what_holds_for_the_whole_profile() {
        JsonNode manifest = of("ada", "NativeMobile");

        assertThat(names(manifest))
                .containsExactly("protocol", "modelVersion", "profile", "kind", "features", "limits", "entities");
        assertThat(manifest.get("protocol").intValue()).isEqualTo(1);
        assertThat(manifest.get("modelVersion").textValue()).isNotEmpty();
        assertThat(manifest.get("kind").textValue()).isEqualTo("native-mobile");
        assertThat(manifest.get("features")).hasToString("{\"onlineSyncMode\":true}");
        assertThat(manifest.get("limits")).hasToString("""
                        {"body":10485760,"operations":10000,"page":10000,"defaultPage":100,"constraint":16384,\
                        "inlineBinary":65536,"file":16777216,"requestLine":32768,"wait":30}""");
    }

    @ParameterizedTest
    @CsvSource({
        "ada,  NativeMobile, native-mobile",
        "ada,  WebOffline,   web-offline",
        "dora, WebOffline,   web-offline",
        "dora, Web,          web",
        "arno, Web,          web"
    })
    void every_entity_is_described_whole(String caller, String profile, String kind) {
        JsonNode manifest = of(caller, profile);
        boolean offline = !kind.equals("web");

        assertThat(manifest.get("kind").textValue()).isEqualTo(kind);
        for (var named : manifest.get("entities").properties()) {
            JsonNode entity = named.getValue();
            assertThat(names(entity))
                    .as(named.getKey())
                    .contains(
                            "idType",
                            "idsHandedOut",
                            "rights",
                            "attributes",
                            "associations",
                            "queryable",
                            "delta",
                            "deltaReason");
            assertThat(entity.has("mode")).as(named.getKey()).isEqualTo(offline);
            assertThat(entity.has("conflict"))
                    .as(named.getKey())
                    .isEqualTo(offline && !entity.get("mode").textValue().equals("online"));
            assertThat(entity.has("notQueryable"))
                    .as(named.getKey())
                    .isEqualTo(!entity.get("queryable").booleanValue());
            assertThat(entity.get("delta").textValue()).isIn("none", "log", "compare");
            assertThat(names(entity.get("rights"))).containsExactly("create", "read", "write", "delete");
            entity.get("attributes")
                    .forEach(attribute -> assertThat(names(attribute))
                            .contains("type", "required", "readable", "writable", "usableInConstraints"));
            entity.get("associations")
                    .forEach(association -> assertThat(names(association))
                            .containsExactly("target", "type", "owner", "readable", "readOnly", "usableInConstraints"));
        }
    }

    @Test
    void an_online_entity_tells_which_of_its_associations_cross_the_modes() {
        JsonNode stock = entity(of("ada", "NativeMobile"), "StockLevel");

        assertThat(stock.get("mode").textValue()).isEqualTo("online");
        assertThat(stock.at("/attributes/Quantity")).hasToString("""
                        {"type":"integer","required":true,"default":0,"readable":true,"writable":true,\
                        "usableInConstraints":true}""");
        assertThat(stock.at("/associations/FieldService.StockLevel_Site")).hasToString("""
                        {"target":"FieldService.Site","type":"reference","owner":"default","readable":true,\
                        "readOnly":false,"usableInConstraints":true}""");
        assertThat(stock.at("/associations/FieldService.StockLevel_WorkOrder")).hasToString("""
                        {"target":"FieldService.WorkOrder","type":"reference","owner":"default","readable":true,\
                        "readOnly":true,"usableInConstraints":false}""");
        assertThat(stock.get("delta").textValue()).isEqualTo("none");
        assertThat(stock.get("deltaReason").textValue()).contains("'online'");
    }

    @Test
    void an_offline_entity_tells_policy_generalization_and_rights() {
        JsonNode order = entity(of("ada", "NativeMobile"), "WorkOrder");

        assertThat(order.get("mode").textValue()).isEqualTo("by-xpath");
        assertThat(order.get("conflict").textValue()).isEqualTo("merge");
        assertThat(order.get("idType").textValue()).isEqualTo("uuid");
        assertThat(order.get("generalization").textValue()).isEqualTo("FieldService.Task");
        assertThat(order.get("rights")).hasToString("{\"create\":true,\"read\":true,\"write\":true,\"delete\":false}");
        assertThat(order.at("/attributes/Status/values")).hasToString("[\"Open\",\"InProgress\",\"Closed\"]");
        assertThat(order.at("/attributes/Title/length").intValue()).isEqualTo(200);
        assertThat(order.at("/attributes/Number/writable").booleanValue()).isFalse();
        assertThat(order.at("/attributes/Secret/readable").booleanValue()).isFalse();
        assertThat(order.at("/associations/FieldService.WorkOrder_Tag/type").textValue())
                .isEqualTo("reference-set");
        assertThat(order.at("/associations/FieldService.WorkOrder_Invoice/owner")
                        .textValue())
                .isEqualTo("both");
        assertThat(order.at("/associations/FieldService.WorkOrder_Site/readOnly")
                        .booleanValue())
                .isFalse();
        assertThat(order.get("delta").textValue()).isEqualTo("log");
        assertThat(order.get("deltaReason").textValue()).contains("lead to");
    }

    @Test
    void ids_that_the_store_hands_out_are_told_apart() {
        JsonNode manifest = of("ada", "NativeMobile");

        assertThat(entity(manifest, "TimeEntry").get("idType").textValue()).isEqualTo("long");
        assertThat(entity(manifest, "TimeEntry").get("idsHandedOut").booleanValue())
                .isTrue();
        assertThat(entity(manifest, "Skill").get("idType").textValue()).isEqualTo("string");
        assertThat(entity(manifest, "Skill").get("idsHandedOut").booleanValue()).isFalse();
    }

    @Test
    void what_cannot_be_queried_says_why() {
        JsonNode document = entity(of("ada", "NativeMobile"), "Document");

        assertThat(document.get("queryable").booleanValue()).isFalse();
        assertThat(document.at("/notQueryable/code").textValue()).isEqualTo("mixed-hierarchy-query");
        assertThat(document.at("/notQueryable/detail").textValue()).contains("FieldService.Manual");
        assertThat(entity(of("dora", "Web"), "Document").get("queryable").booleanValue())
                .isTrue();
    }

    @Test
    void what_is_not_in_the_profile_is_not_in_its_manifest_and_a_web_profile_has_all() {
        assertThat(names(of("ada", "NativeMobile").get("entities")))
                .doesNotContain("FieldService.Supplier", "FieldService.Contract");
        assertThat(names(of("ada", "WebOffline").get("entities"))).doesNotContain("FieldService.StockLevel");
        assertThat(names(of("dora", "Web").get("entities")))
                .contains("FieldService.Supplier", "FieldService.Contract", "FieldService.Stroke");
    }

    @Test
    void members_that_a_caller_may_neither_read_nor_write_are_not_there() {
        assertThat(names(entity(of("ada", "NativeMobile"), "Customer").get("attributes")))
                .contains("Email")
                .doesNotContain("CreditLimit", "VatNumber");
        assertThat(names(entity(of("arno", "Web"), "Customer").get("attributes")))
                .contains("CreditLimit")
                .doesNotContain("Email");
        assertThat(entity(of("arno", "Web"), "Customer").get("rights"))
                .hasToString("{\"create\":false,\"read\":true,\"write\":false,\"delete\":false}");
    }

    @Test
    void nothing_is_read_only_for_its_mode_in_a_web_profile() {
        Set<String> readOnly = Set.of("FieldService.StockLevel_WorkOrder", "FieldService.Site_Customer");
        JsonNode entities = of("dora", "Web").get("entities");

        entities.forEach(entity -> entity.get("associations").properties().stream()
                .filter(association -> readOnly.contains(association.getKey()))
                .forEach(association -> assertThat(
                                association.getValue().get("readOnly").booleanValue())
                        .as(association.getKey())
                        .isFalse()));
    }

    @Test
    void a_manifest_that_is_known_already_is_not_sent_again() {
        String tag = as("ada").get("/v1/profiles/WebOffline").header("ETag");

        as("ada")
                .header("If-None-Match", tag)
                .get("/v1/profiles/WebOffline")
                .then()
                .statusCode(304)
                .header("ETag", tag);
        as("dora")
                .header("If-None-Match", tag)
                .get("/v1/profiles/WebOffline")
                .then()
                .statusCode(200);
    }

    private static JsonNode of(String caller, String profile) {
        String body = as(caller)
                .get("/v1/profiles/" + profile)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("Cache-Control", "private, no-cache")
                .extract()
                .asString();
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(body, noJson);
        }
    }

    private static JsonNode entity(JsonNode manifest, String name) {
        return manifest.get("entities").get("FieldService." + name);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }
}
