package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the gateway kept its promises: by what it says itself, and by what the store's own log says. */
final class Verdict {
    private final List<FieldClient> clients;
    private final BatchCalls calls;

    Verdict(List<FieldClient> clients, BatchCalls calls) {
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

    /** No acknowledged batch without an outcome for each operation, and each the right one. */
    void requireOutcomes() throws IOException, InterruptedException {
        for (FieldClient client : clients) {
            for (Sent batch : client.sent) {
                if (batch.position().isPresent()) {
                    requireOutcomes(batch);
                }
            }
        }
    }

    private void requireOutcomes(Sent batch) throws IOException, InterruptedException {
        JsonObject state = json(calls.get(BatchCalls.MOBILE + "/batches/" + batch.id()));
        List<String> outcomes = new ArrayList<>();
        JsonArray operations = state.getJsonArray("operations");
        for (int i = 0; i < operations.size(); i++) {
            outcomes.add(operations.getJsonObject(i).getString("outcome"));
        }
        assertThat(outcomes).as("outcomes of %s: %s", batch.body(), state).isEqualTo(batch.outcomes());
        assertThat(state.getString("state"))
                .isEqualTo(batch.outcomes().contains("rejected") ? "applied-with-errors" : "applied");
        assertThat(state.getLong("position")).isEqualTo(batch.position().orElseThrow());
    }

    /** What was rejected is kept under errors, once. */
    void requireErrors() throws IOException, InterruptedException {
        for (FieldClient client : clients) {
            Set<String> expected = new HashSet<>();
            for (Sent batch : client.sent) {
                for (int i = 0; i < batch.operations().size(); i++) {
                    if (batch.outcomes().get(i).equals("rejected")) {
                        expected.add(batch.id() + "#" + i);
                    }
                }
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

    /**
     * Each acknowledged operation applied exactly once, in its client's order; batches that were given up at most once, and
     * whole; nothing that nobody sent.
     */
    void requireExactlyOnce(List<String> witnessed) {
        assertThat(witnessed).as("what the store's triggers saw").doesNotHaveDuplicates();
        Map<String, FieldClient> owners = new HashMap<>();
        for (FieldClient client : clients) {
            client.sent.forEach(batch -> batch.events().forEach(event -> owners.put(event, client)));
        }
        Map<FieldClient, List<String>> applied = new HashMap<>();
        for (String event : witnessed) {
            FieldClient owner = owners.get(event);
            assertThat(owner).as("who sent %s", event).isNotNull();
            applied.computeIfAbsent(owner, _ -> new ArrayList<>()).add(event);
        }
        for (FieldClient client : clients) {
            requireExactlyOnce(client, applied.getOrDefault(client, List.of()));
        }
    }

    /** Batch after batch; within one, what concerns one object keeps its order, and other operations are written together. */
    private static void requireExactlyOnce(FieldClient client, List<String> applied) {
        Set<String> done = new HashSet<>(applied);
        long position = 0;
        int from = 0;
        for (Sent batch : client.sent) {
            if (batch.position().isPresent()) {
                assertThat(batch.position().get())
                        .as("position of %s", batch.body())
                        .isGreaterThan(position);
                position = batch.position().get();
            }
            if (batch.position().isPresent() || done.contains(batch.events().getFirst())) {
                int to = Math.min(from + batch.events().size(), applied.size());
                assertThat(byObject(applied.subList(from, to)))
                        .as("what client %s brought about by %s", client.id, batch.body())
                        .isEqualTo(byObject(batch.events()));
                from = to;
            }
        }
        assertThat(applied).as("what client %s brought about", client.id).hasSize(from);
    }

    /** Events of each object in their order. */
    private static Map<String, List<String>> byObject(List<String> events) {
        Map<String, List<String>> objects = new HashMap<>();
        for (String event : events) {
            String[] fields = event.split("\\|", 4);
            objects.computeIfAbsent(fields[0] + " " + fields[2], _ -> new ArrayList<>())
                    .add(event);
        }
        return objects;
    }

    private static JsonObject json(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }
}
