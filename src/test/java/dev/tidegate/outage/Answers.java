package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the gateway itself, asked over HTTP, tells its clients what became of their batches. */
final class Answers {
    private final List<FieldClient> clients;
    private final BatchCalls calls;

    Answers(List<FieldClient> clients, BatchCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    void awaitSettled(Duration most) {
        for (FieldClient client : clients) {
            Until.holds("all batches of " + client.id + " settled", most, () -> {
                JsonObject state = json(calls.get(BatchCalls.MOBILE + "/clients/" + client.id));
                return state.getJsonArray("unsettled").isEmpty()
                        && state.getLong("position").equals(state.getLong("settledPosition"));
            });
        }
    }

    /** No acknowledged batch without an outcome for each operation, and each the right one: of one batch in {@code every}. */
    void requireOutcomes(int every) throws IOException, InterruptedException {
        for (FieldClient client : clients) {
            List<Expected> sent = client.journal.read();
            for (int i = 0; i < sent.size(); i += every) {
                if (sent.get(i).position().isPresent()) {
                    requireOutcomes(sent.get(i));
                }
            }
        }
    }

    private void requireOutcomes(Expected batch) throws IOException, InterruptedException {
        JsonObject state = json(calls.get(BatchCalls.MOBILE + "/batches/" + batch.batch()));
        List<String> outcomes = new ArrayList<>();
        JsonArray operations = state.getJsonArray("operations");
        for (int i = 0; i < operations.size(); i++) {
            outcomes.add(operations.getJsonObject(i).getString("outcome"));
        }
        assertThat(outcomes).as("outcomes of %s: %s", batch, state).isEqualTo(batch.outcomes());
        assertThat(state.getString("state")).isEqualTo(batch.state());
        assertThat(state.getLong("position")).isEqualTo(batch.position().orElseThrow());
    }

    /** What was rejected is kept under errors, once. */
    void requireErrors() throws IOException, InterruptedException {
        for (FieldClient client : clients) {
            Set<String> expected = new HashSet<>();
            for (Expected batch : client.journal.read()) {
                batch.rejected().forEach(index -> expected.add(batch.batch() + "#" + index));
            }
            assertThat(errors(client)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private List<String> errors(FieldClient client) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        String after = "";
        while (true) {
            JsonObject page = json(calls.get(BatchCalls.MOBILE + "/errors?limit=100&client=" + client.id + after));
            JsonArray errors = page.getJsonArray("errors");
            for (int i = 0; i < errors.size(); i++) {
                JsonObject error = errors.getJsonObject(i);
                all.add(error.getString("batchId") + "#" + error.getInteger("index"));
            }
            if (page.getString("next") == null) {
                return all;
            }
            after = "&after=" + page.getString("next");
        }
    }

    private static JsonObject json(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }
}
