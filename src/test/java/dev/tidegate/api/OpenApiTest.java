package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(Gateway.class)
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete");

    private record Example(String where, JsonNode schema, JsonNode value) {}

    @Test
    void every_call_that_is_implemented_is_described_with_examples() {
        JsonNode document = document();

        assertThat(document.path("openapi").asText()).startsWith("3.");
        assertThat(calls(document))
                .contains(
                        "get /v1/profiles",
                        "get /v1/profiles/{profile}",
                        "get /v1/profiles/{profile}/objects/{entity}",
                        "post /v1/profiles/{profile}/objects/{entity}",
                        "get /v1/profiles/{profile}/objects/{entity}/{id}",
                        "patch /v1/profiles/{profile}/objects/{entity}/{id}",
                        "delete /v1/profiles/{profile}/objects/{entity}/{id}",
                        "get /v1/profiles/{profile}/aggregates/{entity}",
                        "post /v1/profiles/{profile}/queries",
                        "post /v1/profiles/{profile}/batches",
                        "get /v1/profiles/{profile}/batches/{batchId}",
                        "get /v1/profiles/{profile}/errors",
                        "get /v1/profiles/{profile}/errors/{errorId}",
                        "delete /v1/profiles/{profile}/errors/{errorId}",
                        "post /v1/profiles/{profile}/errors/{errorId}/retry",
                        "get /admin/dead-letters",
                        "get /admin/dead-letters/{errorId}",
                        "post /admin/dead-letters/{errorId}/retry",
                        "post /admin/dead-letters/{errorId}/discard",
                        "post /admin/dead-letters/retry",
                        "post /admin/dead-letters/discard",
                        "get /admin/audit",
                        "get /v1/profiles/{profile}/clients/{clientId}",
                        "put /v1/profiles/{profile}/files/{fileId}",
                        "head /v1/profiles/{profile}/files/{fileId}",
                        "get /v1/profiles/{profile}/files/{fileId}",
                        "get /v1/profiles/{profile}/changes",
                        "post /v1/profiles/{profile}/changes",
                        "get /v1/profiles/{profile}/changes/events",
                        "post /v1/profiles/{profile}/sync",
                        "post /v1/profiles/{profile}/checks",
                        "get /v1/connectivity",
                        "get /v1/model.schema.json");
    }

    @Test
    void every_described_path_is_one_that_the_gateway_knows() {
        document()
                .path("paths")
                .fieldNames()
                .forEachRemaining(path -> assertThat(KnownPaths.methodsOf(path.replaceAll("\\{[^}]+}", "x")))
                        .as(path)
                        .isPresent());
    }

    @Test
    void every_call_has_a_summary_and_says_how_it_is_refused() {
        JsonNode document = document();

        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (String method : METHODS) {
                JsonNode call = path.getValue().path(method);
                if (!call.isMissingNode()) {
                    assertThat(call.path("summary").asText())
                            .as(method + " " + path.getKey())
                            .isNotBlank();
                    assertThat(call.path("operationId").asText())
                            .as(method + " " + path.getKey())
                            .isNotBlank();
                }
            }
        }
    }

    @Test
    void every_example_has_the_form_that_its_schema_gives() {
        JsonNode document = document();
        List<Example> examples = new ArrayList<>();
        collect(document, "", examples);

        assertThat(examples).hasSizeGreaterThan(20);
        for (Example example : examples) {
            ((ObjectNode) example.schema()).set("components", document.get("components"));
            var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(example.schema().toString())
                    .validate(example.value().toString(), InputFormat.JSON);
            assertThat(errors).as(example.where()).isEmpty();
        }
    }

    @Test
    void every_problem_among_the_examples_is_one_of_the_catalogue() {
        List<JsonNode> problems = new ArrayList<>();
        document().findParents("violations").forEach(problems::add);
        document().findParents("status").stream()
                .filter(node -> node.has("title"))
                .forEach(problems::add);

        List<JsonNode> examples =
                problems.stream().filter(node -> node.path("code").isTextual()).toList();
        assertThat(examples).isNotEmpty();
        for (JsonNode problem : examples) {
            ProblemCode code = ProblemCode.of(problem.path("code").asText()).orElseThrow();
            assertThat(problem.path("status").asInt()).isEqualTo(code.status());
            assertThat(problem.path("title").asText()).isEqualTo(code.title());
            assertThat(problem.path("type").asText()).isEqualTo("/problems/" + code.code());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/q/openapi, */*, yaml",
        "/q/openapi.yaml, */*, yaml",
        "/q/openapi.yml, application/json, yaml",
        "/q/openapi?format=yaml, application/json, yaml",
        "/q/openapi.json, */*, json",
        "/q/openapi, application/json, json",
        "/q/openapi?format=JSON, */*, json"
    })
    void it_is_served_as_it_is_written_or_the_same_as_json(String path, String accept, String form) throws IOException {
        String written = Files.readString(Path.of("src", "main", "resources", "META-INF", "openapi.yaml"));

        Response answer = given().accept(accept).get(path);

        answer.then().statusCode(200).contentType("application/" + form + ";charset=UTF-8");
        if (form.equals("yaml")) {
            assertThat(answer.asString()).isEqualTo(written);
        } else {
            assertThat(JSON.readTree(answer.asString()))
                    .isEqualTo(new ObjectMapper(new YAMLFactory()).readTree(written));
        }
    }

    @Test
    void swagger_ui_is_there() {
        given().get("/q/swagger-ui/").then().statusCode(200).body(containsString("Tidegate"));
    }

    private static void collect(JsonNode node, String where, List<Example> examples) {
        if (node.has("schema") && node.has("example")) {
            examples.add(new Example(where, node.get("schema").deepCopy(), node.get("example")));
        }
        if (node.has("schema") && node.has("examples")) {
            node.get("examples")
                    .forEach(example ->
                            examples.add(new Example(where, node.get("schema").deepCopy(), example.get("value"))));
        }
        node.properties().forEach(member -> collect(member.getValue(), where + "/" + member.getKey(), examples));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), where + "/" + i, examples);
        }
    }

    private static List<String> calls(JsonNode document) {
        return document.path("paths").properties().stream()
                .flatMap(path ->
                        METHODS.stream().filter(path.getValue()::has).map(method -> method + " " + path.getKey()))
                .toList();
    }

    private static JsonNode document() {
        String text = given().accept("application/json")
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            throw new AssertionError(broken);
        }
    }
}
