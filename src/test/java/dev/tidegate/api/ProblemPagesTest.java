package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ProblemPagesTest {

    @ParameterizedTest
    @EnumSource(ProblemCode.class)
    void every_code_has_a_page_with_meaning_example_and_way_out(ProblemCode code) {
        String page = given().get("/problems/{code}", code.code())
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(containsString("What it means"))
                .body(containsString("The way out"))
                .extract()
                .asString();

        assertThat(page)
                .contains(code.title())
                .contains("&quot;code&quot; : &quot;" + code.code() + "&quot;")
                .contains("&quot;status&quot; : " + code.status())
                .doesNotContain("\\{")
                .doesNotContain("NOT_FOUND");
    }

    @Test
    void the_index_leads_to_every_code() {
        String index = given().get("/problems").then().statusCode(200).extract().asString();

        for (ProblemCode code : ProblemCode.values()) {
            assertThat(index).contains("href=\"/problems/" + code.code() + "\"");
        }
    }

    @Test
    void a_code_that_the_catalogue_does_not_have_is_a_problem_itself() {
        given().get("/problems/bad-weather")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("no-such-path"));
    }
}
