package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How much may wait, and be in hand, over HTTP. The store is away, so that what is accepted waits. */
@QuarkusTest
@TestProfile(BatchLimitsTest.Narrow.class)
class BatchLimitsTest extends HostileInput {

    /** Room for little. */
    public static final class Narrow implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "tidegate.stores.field.url", "postgresql://127.0.0.1:1/away",
                    "tidegate.limits.queue", "4",
                    "tidegate.limits.queue-per-client", "2",
                    "tidegate.limits.body", "1M",
                    "tidegate.limits.bodies", "1M");
        }
    }

    private static String batch(String client) {
        return "{\"batchId\":\"" + UUID.randomUUID() + "\",\"clientId\":\"" + client
                + "\",\"operations\":[{\"op\":\"delete\",\"entity\":\"FieldService.Note\",\"id\":\"" + UUID.randomUUID()
                + "\"}]}";
    }

    @Test
    void a_client_and_then_the_queue_are_full_and_what_was_accepted_is_still_known() {
        String ada = UUID.randomUUID().toString();
        String first = batch(ada);
        assertThat(accepted(first)).isEqualTo(1);
        assertThat(accepted(batch(ada))).isEqualTo(2);

        assertLater(batch(ada), 429, "rate-limited");

        String other = UUID.randomUUID().toString();
        assertThat(accepted(batch(other))).isEqualTo(1);
        assertThat(accepted(batch(other))).isEqualTo(2);
        assertLater(batch(UUID.randomUUID().toString()), 503, "queue-full");
        assertThat(accepted(first)).isEqualTo(1);
    }

    @Test
    void bodies_that_are_in_hand_leave_no_room_for_others_and_give_it_back() {
        byte[] large = text("{\"x\":\"" + "y".repeat(700_000) + "\"}");
        for (int i = 0; i < 5; i++) {
            assertThat(post(NATIVE + "/batches", large).statusCode()).isEqualTo(400);
        }
    }

    private long accepted(String batch) {
        HttpResponse<String> answer = post(NATIVE + "/batches", text(batch));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer.body()).path("position").asLong();
    }

    private void assertLater(String batch, int status, String code) {
        HttpResponse<String> answer = post(NATIVE + "/batches", text(batch));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer.body()).path("code").asText()).isEqualTo(code);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        String id = json(batch).path("batchId").asText();
        assertThat(send(request(NATIVE + "/batches/" + id).GET().build()).statusCode())
                .isEqualTo(404);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(text, noJson);
        }
    }
}
