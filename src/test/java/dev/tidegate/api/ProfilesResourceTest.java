package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ProfilesResourceTest {

    @Test
    void a_caller_sees_the_profiles_that_admit_it() {
        as("ada")
                .get("/v1/profiles")
                .then()
                .statusCode(200)
                .body("profiles.name", contains("NativeMobile", "WebOffline"))
                .body("profiles.kind", contains("native-mobile", "web-offline"));
        as("otto").get("/v1/profiles").then().statusCode(200).body("profiles", empty());
    }

    @Test
    void a_profile_that_is_not_offline_has_no_download() {
        as("dora").get("/v1/profiles/Web/changes").then().statusCode(422).body("code", equalTo("profile-not-offline"));
    }

    @Test
    void the_operators_calls_are_the_operators() {
        as("otto").get("/admin/model").then().statusCode(200);
        as("ada").get("/admin/model").then().statusCode(403).body("code", equalTo("access-denied"));
        given().get("/admin/model").then().statusCode(401);
    }

    @Test
    void the_schema_of_the_model_file_is_everybodys() {
        String schema = given().get("/v1/model.schema.json")
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .header("Cache-Control", "public, max-age=3600")
                .extract()
                .asString();
        assertThat(schema).contains("https://json-schema.org/draft/2020-12/schema");
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }
}
