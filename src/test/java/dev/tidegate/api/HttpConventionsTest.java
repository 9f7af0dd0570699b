package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What holds for every call, shown on one that does nothing else ({@link EchoResource}). */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class HttpConventionsTest {
    private static final String ECHO = "/v1/profiles/NativeMobile/echo";

    @Nested
    class Callers {
        @Test
        void without_credentials_a_call_is_challenged() {
            problem(given().get(ECHO), 401, "unauthenticated")
                    .header("WWW-Authenticate", "Basic realm=\"tidegate\"")
                    .body("type", equalTo("/problems/unauthenticated"))
                    .body("title", equalTo("Unauthenticated"))
                    .body("status", equalTo(401))
                    .body("instance", equalTo(ECHO));
        }

        @Test
        void wrong_and_broken_credentials_are_challenged() {
            problem(given().auth().preemptive().basic("ada", "wrong").get(ECHO), 401, "unauthenticated")
                    .header("WWW-Authenticate", "Basic realm=\"tidegate\"");
            for (String header :
                    new String[] {"Basic", "Basic !", "Basic YWRh", "Bearer x", "", "Basic " + "A".repeat(9000)}) {
                problem(given().header("Authorization", header).get(ECHO), 401, "unauthenticated");
            }
        }

        @Test
        void the_profile_must_exist_and_admit_the_caller() {
            problem(ada().get("/v1/profiles/Mobile/echo"), 404, "unknown-profile");
            problem(ada().get("/v1/profiles/Web/echo"), 403, "profile-not-allowed");
            ada().get(ECHO).then().statusCode(200).body("limit", equalTo(5));
        }
    }

    @Nested
    class Headers {
        @Test
        void pages_for_people_run_nothing_of_others_and_are_in_nobodys_frame() {
            for (String path : new String[] {"/problems", "/problems/parked", "/q/swagger-ui/"}) {
                ada().get(path)
                        .then()
                        .statusCode(200)
                        .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                        .header("X-Frame-Options", "DENY")
                        .header("X-Content-Type-Options", "nosniff")
                        .header("Referrer-Policy", "no-referrer");
            }
            ada().get(ECHO).then().header("Content-Security-Policy", emptyOrNullString());
        }

        @Test
        void every_answer_names_the_model_and_forbids_to_keep_it() {
            for (String path : new String[] {ECHO, "/v1/nowhere", "/v1/profiles/x/echo", ECHO + "/bug"}) {
                ada().get(path)
                        .then()
                        .header("Tidegate-Model", not(emptyOrNullString()))
                        .header("Cache-Control", "private, no-store");
            }
        }

        @Test
        void a_head_is_answered_as_a_get_without_a_body() {
            ada().head(ECHO)
                    .then()
                    .statusCode(200)
                    .contentType(startsWith("application/json"))
                    .body(emptyOrNullString());
        }

        @Test
        void a_wait_is_told_in_whole_seconds() {
            problem(ada().get(ECHO + "/busy"), 503, "queue-full").header("Retry-After", "2");
        }

        @Test
        void answers_are_compressed_for_who_wants_it() {
            given().header("Accept-Encoding", "gzip")
                    .get("/problems")
                    .then()
                    .statusCode(200)
                    .header("Content-Encoding", "gzip");
        }
    }

    @Nested
    class WhatIsNotServed {
        @Test
        void unknown_paths_methods_and_media_types_are_problems() {
            problem(given().get("/nowhere"), 404, "no-such-path");
            problem(given().post("/"), 404, "no-such-path");
            problem(ada().get("/v1/profiles/NativeMobile/nothing/at/all"), 404, "no-such-path");
            problem(ada().delete("/v1/profiles/NativeMobile/changes"), 405, "method-not-allowed")
                    .header("Allow", "GET, HEAD, POST");
            problem(ada().put("/v1/profiles"), 405, "method-not-allowed").header("Allow", "GET, HEAD");
            problem(ada().accept("image/png").get(ECHO), 406, "not-acceptable");
            problem(ada().contentType("text/plain").body("{}").post(ECHO), 415, "unsupported-media-type");
            problem(
                    ada().contentType("application/json; charset=latin1")
                            .body("{}")
                            .post(ECHO),
                    415,
                    "unsupported-media-type");
            problem(
                    ada().contentType("application/json")
                            .header("Content-Encoding", "br")
                            .body("{}")
                            .post(ECHO),
                    415,
                    "unsupported-media-type");
        }

        @Test
        void a_bug_is_answered_with_a_number_and_nothing_else() {
            problem(ada().get(ECHO + "/bug"), 500, "internal-error")
                    .body("instance", startsWith("urn:uuid:"))
                    .body(not(containsString("SELECT")))
                    .body(not(containsString("Exception")));
        }

        @Test
        void request_lines_are_accepted_up_to_32_kib_and_refused_beyond() {
            problem(ada().get(ECHO + "?x=" + "a".repeat(32_000)), 400, "malformed-request");
            problem(ada().get(ECHO + "?limit=" + "1".repeat(32_000)), 400, "limit-exceeded");
            problem(ada().get(ECHO + "?limit=" + "1".repeat(40_000)), 413, "too-large");
        }
    }

    @Nested
    class Queries {
        @Test
        void what_is_wrong_with_a_query_string_is_said_all_at_once() {
            problem(ada().urlEncodingEnabled(false).get(ECHO + "?limit=0&limit=1&x=%ff&y"), 400, "malformed-request")
                    .body("violations", hasSize(5))
                    .body("violations[0].parameter", equalTo("limit"))
                    .body("violations[0].position", equalTo(0));
        }
    }

    @Nested
    class Bodies {
        @Test
        void a_body_is_read_plain_and_compressed() {
            json("{\"text\":\"abc\"}").post(ECHO).then().statusCode(200).body("length", equalTo(3));
            gzipped("{\"text\":\"abc\"}").post(ECHO).then().statusCode(200).body("length", equalTo(3));
            json("{\"text\":\"" + "x".repeat(1_000_000) + "\"}")
                    .post(ECHO)
                    .then()
                    .statusCode(200)
                    .body("length", equalTo(1_000_000));
        }

        @Test
        void what_is_wrong_with_a_body_is_said_all_at_once_with_pointers() {
            problem(json("{\"text\":1,\"b/c\":2}").post(ECHO), 400, "malformed-request")
                    .body("violations", hasSize(2))
                    .body("violations[0].pointer", equalTo("/text"))
                    .body("violations[1].pointer", equalTo("/b~1c"));
        }

        @Test
        void a_body_beyond_the_limit_is_too_large_also_when_it_was_small_on_the_wire() {
            problem(json("{\"text\":\"" + "x".repeat(11_000_000) + "\"}").post(ECHO), 413, "too-large");
            problem(gzipped("{\"text\":\"" + "x".repeat(11_000_000) + "\"}").post(ECHO), 413, "too-large");
            problem(gzip(new byte[200_000_000]).post(ECHO), 413, "too-large");
            json("{\"text\":\"abc\"}").post(ECHO).then().statusCode(200);
        }

        @Test
        void what_is_no_gzip_is_malformed() {
            problem(
                    ada().contentType("application/json")
                            .header("Content-Encoding", "gzip")
                            .body("{\"text\":\"a\"}")
                            .post(ECHO),
                    400,
                    "malformed-request");
        }
    }

    private static RequestSpecification ada() {
        return given().auth().preemptive().basic("ada", "ada");
    }

    private static RequestSpecification json(String body) {
        return ada().contentType("application/json").body(body.getBytes(StandardCharsets.UTF_8));
    }

    private static RequestSpecification gzipped(String body) {
        return gzip(body.getBytes(StandardCharsets.UTF_8));
    }

    private static RequestSpecification gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ada().contentType("application/json")
                .header("Content-Encoding", "gzip")
                .body(out.toByteArray());
    }

    private static ValidatableResponse problem(Response response, int status, String code) {
        ValidatableResponse then = response.then();
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        return then.contentType("application/problem+json")
                .body("code", equalTo(code))
                .body("type", equalTo("/problems/" + code));
    }
}
