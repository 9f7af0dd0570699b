package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, headers and whole requests that are not what HTTP expects, byte by byte. */
@QuarkusTest
class HostileLinesTest extends HostileInput {

    @Test
    void tricks_with_paths_lead_nowhere() {
        for (String path : List.of(
                "/v1/profiles/../../etc/passwd",
                "/v1/profiles/%2e%2e/%2e%2e/etc/passwd",
                "/v1/profiles/..%2f..%2fetc",
                "/v1//profiles/x",
                "/v1/profiles/%00/objects/x",
                "/v1/profiles/%zz/objects/x",
                "/v1/profiles/%/objects/x",
                "/v1/profiles/%ff%fe",
                "/problems/%2e%2e",
                "/problems/../application.properties",
                "/problems/<script>",
                "/v1/profiles;x=y/z",
                "//",
                "/%",
                "/\\..\\",
                "/q/../WEB-INF",
                "*",
                "/v1/profiles/NativeMobile/objects/" + "x".repeat(10_000),
                "/v1/profiles/" + "../".repeat(2_000),
                "http://",
                "nothing")) {
            String answer = raw("GET " + path + " HTTP/1.1\r\n" + headers() + "\r\n");
            assertThat(status(answer)).as(path).isBetween(400, 499);
            assertSoundText(answer, path);
        }
    }

    @Test
    void odd_headers_and_requests_get_an_answer_and_no_trace() {
        String ok = "POST " + NATIVE + "/echo HTTP/1.1\r\n" + headers() + "Content-Type: application/json\r\n";
        for (String request : List.of(
                ok + "Content-Length: x\r\n\r\n{}",
                ok + "Content-Length: -1\r\n\r\n{}",
                ok + "Content-Length: 99999999999999999999\r\n\r\n{}",
                ok + "Content-Length: 99999999999\r\n\r\n{}",
                ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
                ok + "Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
                ok + "Accept: %%%\r\nContent-Length: 2\r\n\r\n{}",
                ok + "Accept-Encoding: \u0001\r\nContent-Length: 2\r\n\r\n{}",
                ok + "Content-Encoding: ,\r\nContent-Length: 2\r\n\r\n{}",
                ok + "X: " + "a".repeat(70_000) + "\r\nContent-Length: 2\r\n\r\n{}",
                "FOO / HTTP/1.1\r\n" + headers() + "\r\n",
                "GET / HTTP/9.9\r\n" + headers() + "\r\n",
                "GET\r\n\r\n",
                "\u0000\u0001\r\n\r\n",
                "GET /" + "a".repeat(200_000) + " HTTP/1.1\r\n" + headers() + "\r\n")) {
            String answer = raw(request);
            if (!answer.isEmpty()) {
                assertThat(status(answer)).as(answer).isBetween(400, 505);
                assertThat(status(answer)).as(answer).isNotEqualTo(500);
                assertNoTrace(answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/profiles/%zz/objects/x",
                "/v1/profiles/%",
                "/v1/profiles/%f",
                "/v1/profiles/%ff%fe",
                "/v1/profiles/%ed%a0%80",
                "/v1/profiles/%00/objects/x",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel/%00",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel/%ff",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel?a=%zz",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel?a=%ff",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel?a=%00",
                "/v1/profiles/NativeMobile/objects/FieldService.StockLevel?constraint=<x>",
                "/v1/profiles/NativeMobile/batches/%00",
                "/v1/profiles/NativeMobile/errors?client=%00",
                "/v1/connectivity?nonce=%00",
                "/v1/connectivity?nonce=%zz",
                "/v1/connectivity?nonce=%ed%a0%80",
                "/v1/connectivity?profile=%ff",
                "/v1/connectivity?entities=%00",
                "/problems/%zz",
                "/problems/x?y=%zz",
                "/q/openapi?format=%zz",
                "/a\\b",
                "/v1/profiles/\u00ff",
                "http://"
            })
    void what_is_not_properly_encoded_is_a_malformed_request(String path) {
        String answer = raw("GET " + path + " HTTP/1.1\r\n" + headers() + "\r\n");

        assertThat(status(answer)).as(answer).isEqualTo(400);
        assertThat(answer).contains(ProblemJson.MEDIA_TYPE, "Tidegate-Model: ", "\"code\":\"malformed-request\"");
    }

    @Test
    void a_request_without_a_host_is_a_malformed_request() {
        String answer = raw("GET /v1/profiles HTTP/1.1\r\nConnection: close\r\n\r\n");

        assertThat(status(answer)).isEqualTo(400);
        assertThat(answer).contains("Tidegate-Model: ", "\"code\":\"malformed-request\"");
    }
}
