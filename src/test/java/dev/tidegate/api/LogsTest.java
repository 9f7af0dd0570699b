package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.ops.TrailFilter;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.Gateway;
import io.quarkus.logging.json.runtime.JsonFormatter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** What is written to the log while a request is worked on. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class LogsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void an_incident_tells_its_request_and_nothing_that_was_sent() {
        try (CapturedLog log = CapturedLog.of("dev.tidegate", new JsonFormatter(), new TrailFilter())) {
            String instance = given().header("X-Request-Id", "r.1")
                    .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                    .get("/v1/profiles/a-private-profile/echo/bug?q=a-private-query")
                    .then()
                    .statusCode(500)
                    .extract()
                    .path("instance");

            // A gateway that has just started may have something else to say meanwhile.
            JsonNode line = log.objects().stream()
                    .filter(one -> one.get("message").textValue().startsWith("Incident"))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.get("message").textValue())
                    .isEqualTo("Incident " + instance.substring("urn:uuid:".length())
                            + ": request r.1 (GET other, flow other) was answered internal-error");
            assertThat(line.get("mdc").get("requestId").textValue()).isEqualTo("r.1");
            assertThat(line.get("mdc").get("traceId").textValue()).isEqualTo(TRACE);
            assertThat(line.toString()).contains("IllegalStateException").doesNotContain("SELECT", "a-private");
        }
    }

    @Test
    void the_lines_of_the_audit_are_their_messages_alone_whatever_form_others_have() {
        LogRecord line = new ExtLogRecord(Level.INFO, "{\"action\":\"create\"}", "test");

        assertThat(Arrays.stream(Logger.getLogger("tidegate.audit").getHandlers())
                        .map(handler -> handler.getFormatter())
                        .map((Formatter formatter) -> formatter.format(line)))
                .isNotEmpty()
                .allMatch(("{\"action\":\"create\"}" + System.lineSeparator())::equals);
    }
}
