package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ConnectivityResourceTest {

    @Test
    void nobody_in_particular_learns_whether_the_gateway_is_online_and_no_more() {
        given().get("/v1/connectivity?nonce=n-1")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .header("Tidegate-Nonce", "n-1")
                .body("online", equalTo(true))
                .body("nonce", equalTo("n-1"))
                .body("", hasKey("retryAfterSeconds"))
                .body("retryAfterSeconds", nullValue())
                .body("", not(hasKey("caller")))
                .body("", not(hasKey("stores")));
    }

    @Test
    void a_caller_also_learns_which_stores_there_are() {
        given().auth()
                .preemptive()
                .basic("ada", "ada")
                .get("/v1/connectivity?profile=NativeMobile")
                .then()
                .statusCode(200)
                .body("caller", equalTo("ok"))
                .body("stores.field.state", anyOf(equalTo("up"), equalTo("suspect")))
                .body("unavailableEntities", empty());
    }

    @Test
    void credentials_that_are_good_no_more_are_told_apart_from_being_offline() {
        given().auth()
                .preemptive()
                .basic("ada", "last year's")
                .get("/v1/connectivity")
                .then()
                .statusCode(200)
                .body("online", equalTo(true))
                .body("caller", equalTo("expired"))
                .body("", not(hasKey("stores")));
    }

    @Test
    void a_head_says_it_in_headers() {
        given().head("/v1/connectivity?entities=FieldService.StockLevel,FieldService.Site&nonce=42")
                .then()
                .statusCode(200)
                .header("Tidegate-Online", "true")
                .header("Tidegate-Nonce", "42")
                .body(emptyOrNullString());
    }

    @Test
    void a_question_that_makes_no_sense_is_refused() {
        given().get("/v1/connectivity?nonce=a%0d%0ab")
                .then()
                .statusCode(400)
                .body("code", equalTo("malformed-request"));
        given().get("/v1/connectivity?profiles=x").then().statusCode(400).body("code", equalTo("malformed-request"));
        given().get("/v1/connectivity?profile=x").then().statusCode(404).body("code", equalTo("unknown-profile"));
        given().get("/v1/connectivity?entities=F.X,,y")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-entity"))
                .body("violations", hasSize(3));
        given().get("/v1/connectivity?entities=" + "a,".repeat(600))
                .then()
                .statusCode(400)
                .body("code", equalTo("limit-exceeded"));
    }
}
