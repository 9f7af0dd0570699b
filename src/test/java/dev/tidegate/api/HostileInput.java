package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
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
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;

/**
 * What tests about hostile input share: how it is sent, and that its answer is sound, which is a problem of the catalogue,
 * never a bug, never a trace. After each test the gateway still answers.
 */
@QuarkusTestResource(Gateway.class)
abstract class HostileInput {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String NATIVE = "/v1/profiles/NativeMobile";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI gateway;

    @AfterEach
    void the_gateway_still_answers() {
        assertThat(send(request("/v1/profiles").GET().build()).statusCode()).isEqualTo(200);
    }

    final void refused(String path, byte[] body) {
        assertRefused(post(path, body));
    }

    final HttpResponse<String> post(String path, byte[] body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    final HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", authorization());
    }

    final HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(request.uri().getPath(), broken);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        assertSound(answer, "");
    }

    /** Good or refused; if refused, by a problem of the catalogue with its own status; never a bug. */
    static void assertSound(HttpResponse<String> answer, String sent) {
        assertThat(answer.statusCode()).as("%s → %s", sent, answer.body()).isNotEqualTo(500);
        if (answer.statusCode() >= 400) {
            assertThat(answer.headers().firstValue("Content-Type")).contains(ProblemJson.MEDIA_TYPE);
            assertProblem(answer.body(), answer.statusCode());
        }
    }

    static void assertProblem(String body, int status) {
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

    static void assertSoundText(String answer, String sent) {
        assertThat(answer).as(sent).isNotEmpty();
        assertThat(status(answer)).as("%s → %s", sent, answer).isNotEqualTo(500);
        if (status(answer) >= 400) {
            assertNoTrace(answer);
            assertThat(answer).as(sent).contains(ProblemJson.MEDIA_TYPE, "Tidegate-Model: ");
        }
    }

    static void assertNoTrace(String text) {
        assertThat(text).doesNotContain("Exception", "dev.tidegate", "io.vertx", "java.lang", "SELECT ", "pg_");
    }

    final String headers() {
        return "Host: localhost\r\nConnection: close\r\nAuthorization: " + authorization() + "\r\n";
    }

    static String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends bytes as they are and reads until the gateway closes, or says nothing more for a while. */
    final String raw(String request) {
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

    static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
