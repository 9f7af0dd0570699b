package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * Batches made at random, many of them wrong in some way, sent side by side: whatever they hold, each is refused and leaves
 * nothing, or is taken whole. {@code -Dbatch.seed=…} repeats what is sent.
 */
@QuarkusTest
class BatchFuzzTest extends HostileInput {
    private static final long SEED = Long.getLong("batch.seed", System.nanoTime());
    private static final int BATCHES = Integer.getInteger("batch.count", 400);
    private static final int SIDE_BY_SIDE = 16;

    // What must hold of everything that was taken in; each of these finds what breaks it.
    private static final List<String> BROKEN = List.of(
            """
            SELECT b.batch_id FROM tidegate_queue.batch AS b
             WHERE ARRAY(SELECT generate_series(0, b.size - 1)) <> ARRAY(
                SELECT o FROM tidegate_queue.part AS p, unnest(p.operations) AS o
                 WHERE p.caller = b.caller AND p.batch_id = b.batch_id ORDER BY o)
            """, "SELECT batch_id FROM tidegate_queue.batch WHERE json_array_length(operations) <> size", """
            SELECT c.client_id FROM tidegate_queue.client AS c
             WHERE c.position <> (SELECT count(*) FROM tidegate_queue.batch AS b
                                   WHERE b.caller = c.caller AND b.client_id = c.client_id)
            """, """
            SELECT b.batch_id FROM tidegate_queue.batch AS b WHERE b.state <> 'queued' AND EXISTS (
                SELECT FROM tidegate_queue.part AS p
                 WHERE p.caller = b.caller AND p.batch_id = b.batch_id AND p.state = 'queued')
            """);

    private final Random random = new Random(SEED);
    private final List<String> clients = List.of(id(), id(), id(), id(), id());
    private final List<ObjectNode> before = new ArrayList<>();
    private final Map<String, Long> taken = new ConcurrentHashMap<>();

    @Inject
    @SuppressWarnings("NullAway.Init")
    DataSource queue;

    @Test
    void a_batch_is_taken_whole_or_not_at_all() throws InterruptedException, ExecutionException, SQLException {
        System.out.println("batch.seed=" + SEED);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int sent = 0; sent < BATCHES; sent += SIDE_BY_SIDE) {
                List<Future<?>> group = new ArrayList<>();
                for (int i = 0; i < SIDE_BY_SIDE; i++) {
                    ObjectNode batch = batch();
                    before.add(batch);
                    group.add(threads.submit(() -> sendAndLook(batch)));
                }
                for (Future<?> one : group) {
                    one.get();
                }
            }
        }
        assertThat(taken).hasSizeGreaterThan(BATCHES / 5);
        Set<String> sent =
                before.stream().map(batch -> batch.path("batchId").asText()).collect(Collectors.toSet());
        assertThat(rows("SELECT batch_id FROM tidegate_queue.batch"))
                .filteredOn(sent::contains)
                .containsExactlyInAnyOrderElementsOf(taken.keySet());
        for (String broken : BROKEN) {
            assertThat(rows(broken)).as(broken).isEmpty();
        }
    }

    private void sendAndLook(ObjectNode batch) {
        HttpResponse<String> answer = post(NATIVE + "/batches", text(batch.toString()));

        assertThat(answer.statusCode()).as(batch + " → " + answer.body()).isLessThan(500);
        assertSound(answer, batch.toString());
        String id = batch.path("batchId").asText();
        if (answer.statusCode() == 202) {
            long position = json(answer.body()).path("position").asLong();
            assertThat(taken.computeIfAbsent(id, _ -> position))
                    .as(batch.toString())
                    .isEqualTo(position);
        }
        if (id.matches("[0-9a-f-]{36}") && (answer.statusCode() == 202 || answer.statusCode() == 400)) {
            HttpResponse<String> state =
                    send(request(NATIVE + "/batches/" + id).GET().build());
            // Another one under the same id may have been taken.
            assertThat(state.statusCode()).as(id).isIn(200, answer.statusCode() == 202 ? 200 : 404);
        }
    }

    private ObjectNode batch() {
        if (!before.isEmpty() && random.nextInt(8) == 0) {
            return oneOf(before);
        }
        ObjectNode batch = JSON.createObjectNode();
        batch.put(
                "batchId",
                !before.isEmpty() && random.nextInt(12) == 0
                        ? oneOf(before).path("batchId").asText()
                        : id());
        batch.put("clientId", oneOf(clients));
        ArrayNode operations = batch.putArray("operations");
        for (int n = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(8); n > 0; n--) {
            operations.add(operation());
        }
        if (random.nextInt(4) == 0) {
            batch.put(
                    "after",
                    before.isEmpty() || random.nextBoolean()
                            ? id()
                            : oneOf(before).path("batchId").asText());
        }
        if (random.nextInt(4) == 0) {
            batch.put("atomic", random.nextBoolean());
        }
        if (random.nextInt(4) == 0) {
            batch.put("scope", oneOf(List.of("full", "selected")));
        }
        if (random.nextInt(4) == 0) {
            batch.put("modelVersion", oneOf(List.of("m1", "", "long ".repeat(100))));
        }
        if (random.nextInt(8) == 0) {
            batch.set(oneOf(List.of("batchId", "clientId", "after", "scope", "operations", "atomic", "x")), value());
        }
        return batch;
    }

    private ObjectNode operation() {
        ObjectNode operation = JSON.createObjectNode();
        String kind = oneOf(List.of("create", "create", "update", "delete"));
        operation.put("op", kind);
        operation.put(
                "entity",
                oneOf(List.of(
                        "FieldService.Task",
                        "FieldService.Note",
                        "FieldService.WorkOrder",
                        "FieldService.StockLevel",
                        "FieldService.Sketch",
                        "FieldService.Tag",
                        "Field.Nothing",
                        "nonsense \uD83D\uDE00")));
        operation.put("id", random.nextInt(10) == 0 ? "7" : id());
        if (!kind.equals("create") && random.nextInt(3) == 0) {
            operation.put("baseVersion", oneOf(List.of("1", "x", "")));
        }
        ObjectNode attributes = kind.equals("delete") ? JSON.createObjectNode() : operation.putObject("attributes");
        for (String name : List.of("Title", "Text", "Cost", "DueDate", "Pinned", "Password", "Nmae", "é \u2028")) {
            if (random.nextInt(4) == 0) {
                attributes.set(name, value());
            }
        }
        if (!kind.equals("delete") && random.nextInt(4) == 0) {
            operation.putObject("associations").set("FieldService.Task_Parent", value());
        }
        if (random.nextInt(60) == 0) {
            operation.set(oneOf(List.of("op", "entity", "id", "attributes", "associations", "y")), value());
        }
        return operation;
    }

    private JsonNode value() {
        return json(oneOf(List.of(
                "null",
                "true",
                "0",
                "-1",
                "1e300",
                "123456789012345678901234567890.123456789",
                "\"\"",
                "\"text\"",
                "\"" + id() + "\"",
                "\"2026-11-20T08:15:00.000Z\"",
                "\"\\\\u0000 ' \\\" ; -- $1 %s {} \"",
                "\"" + "long \u00e9\uD83D\uDE00 ".repeat(500) + "\"",
                "[]",
                "[\"" + id() + "\",null,1]",
                "{\"add\":[\"" + id() + "\"],\"remove\":[]}",
                "{\"a\":{\"b\":[[[{}]]]}}")));
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = queue.getConnection();
                ResultSet found = connection.createStatement().executeQuery(sql)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private String id() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(text, noJson);
        }
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
