package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.tidegate.testing.Issuer;
import dev.tidegate.testing.TokenGateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;

/** Callers whom identity providers vouch for. */
@QuarkusTest
@TestProfile(TokensTest.Tokens.class)
class TokensTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile";
    private static final List<String> ENGINEER = List.of("Engineer");

    /** Without the users that the gateway of the other tests has. */
    public static final class Tokens implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(TokenGateway.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @SuppressWarnings("NullAway.Init")
    TokenGateway gateway;

    private static RequestSpecification with(String token) {
        return given().auth().preemptive().oauth2(token);
    }

    private String tokenOf(String name) {
        return given().contentType(ContentType.URLENC)
                .formParam("grant_type", "password")
                .formParam("username", name)
                .formParam("password", name)
                .post(gateway.own().url() + "/token")
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }

    private static ValidatableResponse profiles(String token) {
        return with(token).get("/v1/profiles").then();
    }

    private static void assertUnknown(ValidatableResponse answer, String detail) {
        answer.statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", containsString("Bearer realm=\"tidegate\""))
                .body("code", is("unauthenticated"))
                .body("detail", containsString(detail));
    }

    private static void ends(JwtClaims claims, int inSeconds) {
        long now = NumericDate.now().getValue();
        claims.setIssuedAt(NumericDate.fromSeconds(now - 300));
        claims.setExpirationTime(NumericDate.fromSeconds(now + inSeconds));
    }

    @Test
    void a_token_of_the_provider_opens_what_its_roles_may() {
        String ada = tokenOf("ada");

        profiles(ada).statusCode(200);
        with(ada)
                .get(MOBILE + "/objects/FieldService.StockLevel?limit=1")
                .then()
                .statusCode(200);
        with(ada).get("/admin/stores").then().statusCode(403).body("code", is("access-denied"));
        with(tokenOf("otto")).get("/admin/stores").then().statusCode(200);
    }

    @Test
    void nobody_is_known_without_one() {
        assertUnknown(given().get("/v1/profiles").then(), "");
        assertUnknown(
                given().auth()
                        .preemptive()
                        .basic("ada", "ada")
                        .get("/v1/profiles")
                        .then(),
                "");
        given().get("/v1/connectivity").then().statusCode(200);
    }

    @Test
    void a_token_that_has_ended_says_so() {
        assertUnknown(profiles(gateway.own().token("ada", ENGINEER, claims -> ends(claims, -60))), "has expired");
    }

    @Test
    void clocks_may_differ_by_some_seconds() {
        profiles(gateway.own().token("ada", ENGINEER, claims -> ends(claims, -4)))
                .statusCode(200);
        profiles(gateway.own()
                        .token(
                                "ada",
                                ENGINEER,
                                claims -> claims.setIssuedAt(NumericDate.fromSeconds(
                                        NumericDate.now().getValue() + 4))))
                .statusCode(200);
    }

    @Test
    void a_token_that_ends_is_not_let_in_because_it_was_a_moment_ago() {
        String token = gateway.own().token("ada", ENGINEER, claims -> ends(claims, -8));
        profiles(token).statusCode(200);

        Until.holds(
                "it is refused",
                Duration.ofSeconds(10),
                () -> profiles(token).extract().statusCode() == 401);
    }

    @Test
    void a_token_for_somebody_else_is_refused() {
        assertUnknown(
                profiles(gateway.own().token("ada", ENGINEER, claims -> claims.setAudience("payroll"))),
                "another audience");
        assertUnknown(
                profiles(gateway.own().token("ada", ENGINEER, claims -> claims.unsetClaim("aud"))), "another audience");
    }

    @Test
    void what_the_provider_has_not_signed_is_refused() {
        String good = tokenOf("ada");
        String[] parts = good.split("\\.", -1);
        for (String bad : List.of(
                gateway.own().forged("ada", ENGINEER),
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + parts[2].substring(2),
                "eyJhbGciOiJub25lIn0." + parts[1] + ".",
                "opaque",
                "a.b.c",
                "..",
                good + good)) {
            assertUnknown(profiles(bad), "");
        }
        assertUnknown(
                profiles(gateway.own().token("ada", ENGINEER, claims -> claims.setIssuer("http://127.0.0.1:1"))), "");
    }

    @Test
    void a_new_key_of_the_provider_is_found_and_the_old_one_is_worth_nothing() {
        String before = gateway.own().token("bert", ENGINEER, _ -> {});
        profiles(before).statusCode(200);
        gateway.own().rotate();

        Until.holds(
                "the new key is known",
                Duration.ofSeconds(20),
                () -> profiles(tokenOf("ada")).extract().statusCode() == 200);
        Until.holds(
                "the old one is forgotten",
                Duration.ofSeconds(20),
                () -> profiles(before).extract().statusCode() == 401);
    }

    @Test
    void keys_that_nobody_knows_do_not_make_the_gateway_ask_each_time() {
        tokenOf("ada");
        int before = gateway.own().keysAskedFor();
        try (Issuer other = Issuer.start(Map.of())) {
            for (int i = 0; i < 50; i++) {
                assertUnknown(
                        profiles(other.token(
                                "ada",
                                ENGINEER,
                                claims -> claims.setIssuer(gateway.own().url()))),
                        "");
            }
        }

        assertThat(gateway.own().keysAskedFor() - before).isLessThan(25);
    }

    @Test
    void a_partners_people_are_others_than_our_own() {
        String note = UUID.randomUUID().toString();
        String client = UUID.randomUUID().toString();
        String batch = UUID.randomUUID().toString();
        String partners = gateway.partner().token("ada", ENGINEER, _ -> {});

        send(partners, client, batch, note).statusCode(202);

        with(partners).get(MOBILE + "/batches/" + batch).then().statusCode(200);
        with(tokenOf("ada")).get(MOBILE + "/batches/" + batch).then().statusCode(404);
    }

    private static ValidatableResponse send(String token, String client, String batch, String note) {
        return with(token)
                .contentType(ContentType.JSON)
                .body(Map.of(
                        "batchId",
                        batch,
                        "clientId",
                        client,
                        "operations",
                        List.of(Map.of(
                                "op",
                                "create",
                                "entity",
                                "FieldService.Note",
                                "id",
                                note,
                                "attributes",
                                Map.of("Text", "n")))))
                .post(MOBILE + "/batches?wait=20")
                .then();
    }

    @Test
    void a_name_has_to_be_one() {
        for (Object name : List.of("", "a\u0000b", "x".repeat(300), 7)) {
            assertUnknown(profiles(gateway.own().token("x", ENGINEER, claims -> claims.setClaim("sub", name))), "");
        }
        assertUnknown(profiles(gateway.own().token("x", ENGINEER, claims -> claims.unsetClaim("sub"))), "");
    }

    @Test
    void roles_that_the_model_does_not_know_give_nothing() {
        List<String> many = IntStream.range(0, 1500).mapToObj(i -> "role-" + i).toList();

        profiles(gateway.own().token("eve", many, _ -> {})).statusCode(200).body("profiles", hasSize(0));
        profiles(gateway.own().token("eve", List.of(), claims -> claims.setClaim("realm_access", 7)))
                .statusCode(200)
                .body("profiles", hasSize(0));
    }

    @Test
    void claims_that_are_too_many_are_too_large() {
        List<String> many =
                IntStream.range(0, 20_000).mapToObj(i -> "role-" + i).toList();

        profiles(gateway.own().token("eve", many, _ -> {})).statusCode(431);
    }

    @Test
    void who_listens_is_sent_away_when_the_token_ends() throws IOException {
        String token = gateway.own().token("ada", ENGINEER, claims -> ends(claims, -7));
        HttpURLConnection listening = (HttpURLConnection) URI.create(
                        "http://localhost:" + RestAssured.port + MOBILE + "/changes/events?client=" + UUID.randomUUID())
                .toURL()
                .openConnection();
        listening.setRequestProperty("Authorization", "Bearer " + token);
        listening.setReadTimeout(20_000);

        assertThat(listening.getResponseCode()).isEqualTo(200);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(listening.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(String.join("\n", lines.lines().toList())).contains("caller");
        }
    }
}
