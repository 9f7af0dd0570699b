package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One of the databases goes back to an earlier time, or begins anew, and the other does not (store-protocol 22): no batch is
 * taken for another, none is lost that one of the databases still has, and what is sent again is applied once.
 */
class RestoreIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final UUID client = UUID.randomUUID();
    private final UUID task = UUID.randomUUID();
    private final UUID later = UUID.randomUUID();
    private final UUID child = UUID.randomUUID();
    private final TestDatabase field = TestDatabase.create();
    private final TestDatabase queue = TestDatabase.create();

    private final JsonObject first = batch(created(task, "one"));
    /** Waits for the parent that only the third creates. */
    private final JsonObject waiting = batch(created(child, "child")
            .put("associations", new JsonObject().put("FieldService.Task_Parent", later.toString())));

    private final JsonObject second = batch(titled("two"));
    private final JsonObject third = batch(created(later, "later"), titled("three"));

    private @Nullable TestDatabase fieldBefore;
    private @Nullable TestDatabase queueBefore;

    /** The second and the third batch are applied after both databases were copied. */
    @BeforeEach
    void applyThree() throws Exception {
        try (GatewayProcess gateway = gateway(queue, field)) {
            apply(gateway, first);
            send(gateway, waiting, "applied-with-errors");
            gateway.kill();
            fieldBefore = field.copy();
            queueBefore = queue.copy();
            gateway.start();
            apply(gateway, second);
            apply(gateway, third);
            await(gateway, waiting, "applied");
        }
    }

    @AfterEach
    void drop() {
        for (TestDatabase database : new @Nullable TestDatabase[] {field, queue, fieldBefore, queueBefore}) {
            if (database != null) {
                database.close();
            }
        }
    }

    private static GatewayProcess gateway(TestDatabase queue, TestDatabase field) {
        Map<String, String> configuration = new TreeMap<>();
        address(configuration, "tidegate.database", queue);
        address(configuration, "tidegate.stores.field", field);
        configuration.put("tidegate.users.ada.password", "ada");
        configuration.put("tidegate.users.ada.roles", "Engineer");
        return new GatewayProcess("restore", configuration).start();
    }

    private static void address(Map<String, String> configuration, String prefix, TestDatabase database) {
        configuration.put(prefix + ".url", database.url());
        configuration.put(prefix + ".username", database.username());
        configuration.put(prefix + ".password", database.password());
    }

    private JsonObject batch(JsonObject... operations) {
        JsonArray all = new JsonArray();
        for (JsonObject operation : operations) {
            all.add(operation);
        }
        return new JsonObject()
                .put("batchId", UUID.randomUUID().toString())
                .put("clientId", client.toString())
                .put("operations", all);
    }

    private static JsonObject created(UUID id, String title) {
        return operation("create", id).put("attributes", new JsonObject().put("Title", title));
    }

    private JsonObject titled(String title) {
        return operation("update", task).put("attributes", new JsonObject().put("Title", title));
    }

    private static JsonObject operation(String kind, UUID id) {
        return new JsonObject()
                .put("op", kind)
                .put("entity", "FieldService.Task")
                .put("id", id.toString());
    }

    private static void apply(GatewayProcess gateway, JsonObject batch) throws IOException, InterruptedException {
        send(gateway, batch, "applied");
    }

    private static void send(GatewayProcess gateway, JsonObject batch, String state)
            throws IOException, InterruptedException {
        try (BatchCalls calls = new BatchCalls(gateway)) {
            HttpResponse<String> answer = calls.send(batch);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        }
        await(gateway, batch, state);
    }

    private static void await(GatewayProcess gateway, JsonObject batch, String state) {
        try (BatchCalls calls = new BatchCalls(gateway)) {
            Until.holds(state, SOON, () -> state.equals(state(calls, batch)));
        }
    }

    private static String state(BatchCalls calls, JsonObject batch) {
        try {
            HttpResponse<String> answer = calls.get(BatchCalls.MOBILE + "/batches/" + batch.getString("batchId"));
            return answer.statusCode() == 200 ? new JsonObject(answer.body()).getString("state") : "unknown";
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String title(TestDatabase store, UUID id) {
        return String.join(
                ",",
                store.column("SELECT title FROM field_service.task WHERE id = '" + id + "'").stream()
                        .map(String::valueOf)
                        .toList());
    }

    private static TestDatabase made(@Nullable TestDatabase database) {
        if (database == null) {
            throw new IllegalStateException("there is no copy");
        }
        return database;
    }

    @Test
    void inv_22_a_store_that_was_restored_gets_again_what_it_has_lost_also_of_clients_that_send_nothing_more()
            throws Exception {
        TestDatabase restored = made(fieldBefore);
        try (GatewayProcess gateway = gateway(queue, restored)) {
            Until.holds("applied again", SOON, () -> "later".equals(title(restored, later)));
            assertThat(title(restored, task)).isEqualTo("three");
            await(gateway, waiting, "applied");
            assertThat(title(restored, child)).isEqualTo("child");

            apply(gateway, batch(titled("four")));
            assertThat(title(restored, task)).isEqualTo("four");
        }
    }

    @Test
    void inv_22_a_store_that_begins_anew_gets_all_that_the_queue_still_has() throws Exception {
        try (TestDatabase anew = TestDatabase.create();
                GatewayProcess gateway = gateway(queue, anew)) {
            Until.holds("applied again", SOON, () -> "later".equals(title(anew, later)));
            assertThat(title(anew, task)).isEqualTo("three");
            gateway.stop();
        }
    }

    @Test
    void inv_22_after_a_restore_of_the_queue_new_batches_are_applied_and_repeated_ones_are_known() throws Exception {
        try (GatewayProcess gateway = gateway(made(queueBefore), field)) {
            apply(gateway, batch(titled("four")));
            assertThat(title(field, task)).isEqualTo("four");

            await(gateway, waiting, "applied");
            apply(gateway, third);
            apply(gateway, second);
            apply(gateway, batch(created(UUID.randomUUID(), "five")));

            assertThat(title(field, task)).isEqualTo("four");
        }
    }

    @Test
    void inv_22_so_it_is_with_a_queue_that_begins_anew() throws Exception {
        try (TestDatabase anew = TestDatabase.create();
                GatewayProcess gateway = gateway(anew, field)) {
            apply(gateway, batch(titled("four")));
            assertThat(title(field, task)).isEqualTo("four");

            apply(gateway, first);
            apply(gateway, waiting);
            apply(gateway, third);

            assertThat(title(field, task)).isEqualTo("four");
        }
    }
}
