package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What nobody should send, sent to every call that takes a body: the answer is always a problem of the catalogue, never a
 * bug, never a trace, and the next request on the connection is answered.
 */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class HostileInputTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NATIVE = "/v1/profiles/NativeMobile";
    private static final String QUERY = """
            {"entity":"FieldService.StockLevel","constraint":"[Quantity < $most]","parameters":{"most":10},\
            "attributes":["Quantity"],"sort":[{"path":"Quantity","order":"desc"}],"limit":2,"count":true}""";
    private static final String BATCH = """
            {"batchId":"0f1c2b3a-0000-4000-8000-000000000001","clientId":"5d7a0000-0000-4000-8000-000000000001",\
            "operations":[{"op":"update","entity":"FieldService.WorkOrder","id":"7b000000-0000-4000-8000-000000000002",\
            "baseVersion":"41","attributes":{"Title":"x"},"associations":{}}]}""";
    private static final String CREATE = """
            {"attributes":{"Quantity":3},"associations":{"FieldService.StockLevel_Site":null}}""";
    private static final String CHECKS = """
            {"roles":["Engineer"],"queries":[{"name":"q","entity":"FieldService.Site","constraint":"[Name = 'x']"}],\
            "writes":[{"name":"w","op":"create","entity":"FieldService.Site","members":["Name"]}]}""";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI gateway;

    record Call(String path, String valid) {}

    static List<Call> calls() {
        return List.of(
                new Call(NATIVE + "/echo", "{\"text\":\"abc\"}"),
                new Call(NATIVE + "/queries", QUERY),
                new Call(NATIVE + "/batches", BATCH),
                new Call(NATIVE + "/checks", CHECKS),
                new Call(NATIVE + "/objects/FieldService.StockLevel", CREATE));
    }

    @AfterEach
    void the_gateway_still_answers() {
        assertThat(send(request("/v1/profiles").GET().build()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void broken_json_is_refused(Call call) {
        String valid = call.valid();
        for (String body : List.of(
                "",
                " ",
                "{",
                "[",
                "}",
                "]",
                "null",
                "true",
                "0",
                "\"\"",
                "[]",
                "[{}]",
                "{}{}",
                valid + valid,
                valid + "x",
                valid + ",",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":NaN}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":/**/1}",
                "<xml/>",
                "a=b&c=d",
                "\u0000",
                valid.substring(0, valid.length() / 2),
                valid.replaceFirst("\\{", "{\"\":1,"),
                valid.replace('"', '\''),
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":1,\"a\":1}",
                valid.replaceFirst("\\{", "{\"unknown\":1,"))) {
            refused(call.path(), body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void bytes_that_are_no_utf8_are_refused(Call call) {
        byte[] valid = call.valid().getBytes(StandardCharsets.UTF_8);
        valid[valid.length / 2] = (byte) 0xff;
        refused(call.path(), valid);
        refused(call.path(), call.valid().getBytes(StandardCharsets.UTF_16));
        refused(call.path(), call.valid().getBytes(StandardCharsets.UTF_16LE));
        refused(call.path(), new byte[] {(byte) 0xc0, (byte) 0x80});
    }

    @ParameterizedTest
    @MethodSource("calls")
    void deep_long_and_huge_bodies_are_refused(Call call) {
        refused(call.path(), text("{\"a\":" + "[".repeat(100_000)));
        refused(call.path(), text("{\"a\":".repeat(100_000)));
        refused(call.path(), text("{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"));
        refused(call.path(), text("{\"a\":" + "9".repeat(100_000) + "}"));
        refused(call.path(), text("{\"a\":1e999999999}"));
        refused(call.path(), text("{\"" + "a".repeat(1_000_000) + "\":1}"));
        refused(call.path(), text("{\"a\":[" + "0,".repeat(2_000_000) + "0]}"));
        refused(call.path(), text("{\"a\":\"" + "x".repeat(11 << 20) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void compressed_bombs_and_what_only_says_that_it_is_compressed_are_refused(Call call) {
        for (byte[] body :
                List.of(gzip(new byte[100 << 20]), text(call.valid()), new byte[0], halved(gzip(text(call.valid()))))) {
            assertRefused(send(request(call.path())
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build()));
        }
        for (String encoding : List.of("br", "deflate", "gzip, gzip", "x", "zstd")) {
            assertRefused(send(request(call.path())
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", encoding)
                    .POST(HttpRequest.BodyPublishers.ofString(call.valid()))
                    .build()));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void every_member_with_every_other_type_is_answered_soundly(Call call) throws JsonProcessingException {
        JsonNode valid = JSON.readTree(call.valid());
        List<String> others = List.of(
                "null",
                "true",
                "0",
                "-1",
                "1.5",
                "99999999999999999999",
                "1e300",
                "\"\"",
                "\"x\"",
                "\"\\ud83d\\ude00\"",
                "[]",
                "[null]",
                "[[]]",
                "[1]",
                "[\"x\"]",
                "{}",
                "{\"x\":1}",
                "[{}]");
        for (Map.Entry<String, JsonNode> member : valid.properties()) {
            for (String other : others) {
                String body = call.valid()
                        .replace(
                                "\"" + member.getKey() + "\":" + member.getValue(),
                                "\"" + member.getKey() + "\":" + other);
                assertSound(post(call.path(), text(body)), body);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void damaged_bodies_are_answered_soundly(Call call) {
        long seed = Optional.ofNullable(System.getProperty("hostile.seed"))
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        System.out.println("hostile.seed=" + seed + " for " + call.path());
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] body = damaged(text(call.valid()), random);
            assertSound(post(call.path(), body), new String(body, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void constraints_that_nobody_can_mean_are_refused() {
        for (String constraint : List.of(
                "[".repeat(16_384),
                "[" + "(".repeat(16_000),
                "[".repeat(8_000) + "]".repeat(8_000),
                "[not(".repeat(3_000),
                "",
                "]",
                "[]",
                "[Quantity]",
                "[Quantity =",
                "[Quantity = 'x",
                "[Quantity = 1][",
                "[1=1",
                "'",
                "--",
                "[Quantity = 1; drop table x]",
                "[Quantity = '\u0000']",
                "[Quantity = 99999999999999999999]",
                "[Quantity = 1e999999999]",
                "[\uD83D\uDE00 = 1]",
                "[Quantity = $]",
                "[Quantity = $unbound]",
                "[" + "Quantity = 1 and ".repeat(900) + "Quantity = 1",
                "x".repeat(20_000),
                "[Quantity = " + "9".repeat(10_000) + "]")) {
            refused(
                    NATIVE + "/queries",
                    text(JSON.createObjectNode()
                            .put("entity", "FieldService.StockLevel")
                            .put("constraint", constraint)
                            .toString()));
        }
    }

    @Test
    void batches_of_nothing_and_of_too_much_are_refused() {
        String envelope =
                "{\"batchId\":\"0f1c2b3a-0000-4000-8000-000000000009\",\"clientId\":\"5d7a0000-0000-4000-8000-000000000009\",";
        refused(NATIVE + "/batches", text(envelope + "\"operations\":[]}"));
        refused(NATIVE + "/batches", text(envelope.substring(0, envelope.length() - 1) + "}"));
        String operation = "{\"op\":\"delete\",\"entity\":\"FieldService.Note\",\"id\":\"x\"}";
        refused(
                NATIVE + "/batches",
                text(envelope + "\"operations\":[" + (operation + ",").repeat(99_999) + operation + "]}"));
    }

    @Test
    void odd_query_strings_are_answered_soundly() {
        for (String query : List.of(
                "limit=-1",
                "limit=x",
                "limit=",
                "limit=10001",
                "limit=1&limit=2",
                "limit=99999999999999999999",
                "offset=-1",
                "offset=2147483648",
                "count=maybe",
                "sort=",
                "sort=,",
                "sort=Nope",
                "sort=Quantity%20upwards",
                "attributes=,",
                "attributes=Nope",
                "unknown=1",
                "=",
                "=x",
                "%",
                "%zz=1",
                "a=%",
                "a=%f",
                "a=%ff",
                "a=%00",
                "constraint=%5B%00%5D",
                "constraint=%ed%a0%80",
                "&&&",
                "$=1",
                "$x=1",
                "expand=a/b/c/d",
                "after=zzz",
                "constraint=%5BQuantity=$most%5D&$most=abc",
                "constraint=" + "%5B".repeat(9_000))) {
            String answer = raw("GET " + NATIVE + "/objects/FieldService.StockLevel?" + query + " HTTP/1.1\r\n"
                    + headers() + "\r\n");
            assertSoundText(answer, query);
        }
    }

    @Test
    void ids_of_the_wrong_type_are_refused() {
        for (String id : List.of(
                "x",
                "1",
                "-1",
                "0",
                "%20",
                "7b000000-0000-4000-8000-00000000000g",
                "%00",
                "%ff",
                "a".repeat(5_000),
                "1-1-1-1-1")) {
            String answer = raw(
                    "GET " + NATIVE + "/objects/FieldService.StockLevel/" + id + " HTTP/1.1\r\n" + headers() + "\r\n");
            assertThat(status(answer)).as(id).isBetween(400, 499);
            assertSoundText(answer, id);
        }
    }

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

    private void refused(String path, byte[] body) {
        assertRefused(post(path, body));
    }

    private HttpResponse<String> post(String path, byte[] body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", authorization());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(request.uri().getPath(), broken);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        assertSound(answer, "");
    }

    /** Good or refused; if refused, by a problem of the catalogue with its own status; never a bug. */
    private static void assertSound(HttpResponse<String> answer, String sent) {
        assertThat(answer.statusCode()).as("%s → %s", sent, answer.body()).isNotEqualTo(500);
        if (answer.statusCode() >= 400) {
            assertThat(answer.headers().firstValue("Content-Type")).contains(ProblemJson.MEDIA_TYPE);
            assertProblem(answer.body(), answer.statusCode());
        }
    }

    private static void assertProblem(String body, int status) {
        assertNoTrace(body);
        try {
            JsonNode problem = JSON.readTree(body);
            ProblemCode code =
                    ProblemCode.of(problem.path("code").asText()).orElseThrow(() -> new AssertionError(body));
            assertThat(code.status()).as(body).isEqualTo(status);
            assertThat(problem.path("status").asInt()).as(body).isEqualTo(status);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(body, noJson);
        }
    }

    private static void assertSoundText(String answer, String sent) {
        assertThat(answer).as(sent).isNotEmpty();
        assertThat(status(answer)).as("%s → %s", sent, answer).isNotEqualTo(500);
        if (status(answer) >= 400) {
            assertNoTrace(answer);
            // What is no HTTP at all (a percent sign before no digits) is refused by Vert.x, in few words.
            if (!answer.endsWith("content-length: 0\r\n\r\n")) {
                assertThat(answer).as(sent).contains(ProblemJson.MEDIA_TYPE);
            }
        }
    }

    private static void assertNoTrace(String text) {
        assertThat(text).doesNotContain("Exception", "dev.tidegate", "io.vertx", "java.lang", "SELECT ", "pg_");
    }

    private String headers() {
        return "Host: localhost\r\nConnection: close\r\nAuthorization: " + authorization() + "\r\n";
    }

    private static String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends bytes as they are and reads until the gateway closes, or says nothing more for a while. */
    private String raw(String request) {
        try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
            socket.setSoTimeout(1_500);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                socket.getInputStream().transferTo(answer);
            } catch (IOException closedOrSilent) {
                // what came so far is the answer
            }
            return answer.toString(StandardCharsets.UTF_8);
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    private static byte[] damaged(byte[] valid, Random random) {
        byte[] body = valid.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt(256);
                case 1 -> body[at] = (byte) "{}[]\",:0-.e\\ntf$'%/".charAt(random.nextInt(19));
                case 2 -> body = without(body, at);
                default -> body = repeated(body, at, Math.min(body.length - at, 1 + random.nextInt(20)));
            }
        }
        return body;
    }

    private static byte[] without(byte[] body, int at) {
        byte[] shorter = new byte[body.length - 1];
        System.arraycopy(body, 0, shorter, 0, at);
        System.arraycopy(body, at + 1, shorter, at, body.length - at - 1);
        return shorter;
    }

    private static byte[] repeated(byte[] body, int at, int length) {
        byte[] longer = new byte[body.length + length];
        System.arraycopy(body, 0, longer, 0, at + length);
        System.arraycopy(body, at, longer, at + length, body.length - at);
        return longer;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] halved(byte[] body) {
        return Arrays.copyOf(body, body.length / 2);
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
