package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client sees while the data store or the queue database is away, refusing or silent, and after it is back. */
class OutageIT {
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final String LIVE = BatchCalls.MOBILE + "/objects/FieldService.StockLevel?limit=1";

    private static TestDatabase field;
    private static TestDatabase queue;
    private static TcpProxy toField;
    private static TcpProxy toQueue;
    private static GatewayProcess gateway;
    private static BatchCalls calls;

    private final UUID client = UUID.randomUUID();
    private Optional<UUID> last = Optional.empty();

    @BeforeAll
    static void start() throws SQLException {
        field = TestDatabase.create();
        queue = TestDatabase.create();
        toField = TcpProxy.before(field);
        toQueue = TcpProxy.before(queue);
        Map<String, String> configuration = new TreeMap<>();
        address(configuration, "tidegate.database", queue.through(toQueue));
        address(configuration, "tidegate.stores.field", field.through(toField));
        configuration.put("tidegate.users.ada.password", "ada");
        configuration.put("tidegate.users.ada.roles", "Engineer");
        configuration.put("tidegate.prober.interval", "300ms");
        configuration.put("tidegate.prober.timeout", "500ms");
        gateway = new GatewayProcess("outage", configuration).start();
        calls = new BatchCalls(gateway);
        try (Connection connection = field.connect()) {
            FieldStore.installWitness(connection);
        }
    }

    private static void address(Map<String, String> configuration, String prefix, TestDatabase database) {
        configuration.put(prefix + ".url", database.url());
        configuration.put(prefix + ".username", database.username());
        configuration.put(prefix + ".password", database.password());
    }

    @AfterAll
    static void stop() {
        calls.close();
        gateway.close();
        toField.close();
        toQueue.close();
        field.close();
        queue.close();
    }

    @AfterEach
    void heal() {
        toField.heal();
        toQueue.heal();
        Until.holds("all well again", SOON, () -> gateway.isReady() && isOnline());
    }

    @Test
    void while_the_store_refuses_batches_are_taken_and_then_applied_in_order() throws Exception {
        batchesOutlast(toField::cut);
    }

    @Test
    void while_the_store_is_silent_batches_are_taken_and_then_applied_in_order() throws Exception {
        batchesOutlast(toField::stall);
    }

    private void batchesOutlast(Runnable outage) throws Exception {
        UUID task = UUID.randomUUID();
        send(create(task, "before"));
        awaitEvents(task, "INSERT|before");
        outage.run();
        Until.holds("the client is told", SOON, () -> !isOnline());

        long asked = System.nanoTime();
        HttpResponse<String> live = calls.get(LIVE);
        Duration answered = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(live.statusCode()).as(live.body()).isEqualTo(503);
        assertThat(new JsonObject(live.body()).getString("code")).isEqualTo("store-unavailable");
        assertThat(live.headers().firstValue("Retry-After")).isPresent();
        assertThat(answered).isLessThan(Duration.ofSeconds(1));
        assertThat(gateway.isReady()).isTrue();

        for (String title : List.of("one", "two", "three")) {
            assertThat(send(update(task, title))).isEqualTo("queued");
        }
        assertThat(stateOf(last.orElseThrow())).isEqualTo("queued");

        toField.heal();

        awaitEvents(task, "INSERT|before", "UPDATE|one", "UPDATE|two", "UPDATE|three");
        Until.holds(
                "the batch is settled", SOON, () -> stateOf(last.orElseThrow()).equals("applied"));
    }

    @Test
    void while_the_queue_database_refuses_no_batch_is_promised_and_the_gateway_is_not_ready() throws Exception {
        nothingIsPromisedDuring(toQueue::cut);
    }

    @Test
    void while_the_queue_database_is_silent_no_batch_is_promised_and_the_gateway_is_not_ready() throws Exception {
        nothingIsPromisedDuring(toQueue::stall);
    }

    private void nothingIsPromisedDuring(Runnable outage) throws Exception {
        UUID task = UUID.randomUUID();
        Sent batch = Sent.of(client, Optional.empty(), List.of(create(task, "once")));
        outage.run();

        long asked = System.nanoTime();
        HttpResponse<String> refused = calls.send(batch.body());
        Duration answered = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("queue-unavailable");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(answered).isLessThan(Duration.ofSeconds(7));
        Until.holds("not ready", SOON, () -> gateway.health("ready") == 503);
        assertThat(gateway.health("live")).isEqualTo(200);
        assertThat(gateway.metrics()).contains("tidegate_database_up 0.0");

        toQueue.heal();

        Until.holds("ready again", SOON, gateway::isReady);
        assertThat(gateway.metrics()).contains("tidegate_database_up 1.0");
        Until.holds("taken", SOON, () -> calls.send(batch.body()).statusCode() == 202);
        awaitEvents(task, "INSERT|once");
    }

    @Test
    void a_batch_that_fails_for_a_reason_of_its_own_is_given_up_and_its_lane_goes_on() throws Exception {
        UUID task = UUID.randomUUID();
        UUID next = UUID.randomUUID();
        field.run("""
                CREATE OR REPLACE FUNCTION public.broken() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END $$
                """, """
                CREATE TRIGGER broken BEFORE INSERT ON field_service.task FOR EACH ROW WHEN (NEW.title = 'broken')
                    EXECUTE FUNCTION public.broken()
                """);

        send(create(task, "broken"));
        UUID broken = last.orElseThrow();
        send(create(next, "next"));

        awaitEvents(next, "INSERT|next");
        awaitEvents(task);
        Until.holds("given up", SOON, () -> stateOf(broken).equals("failed"));
        JsonObject operation = new JsonObject(
                        calls.get(BatchCalls.MOBILE + "/batches/" + broken).body())
                .getJsonArray("operations")
                .getJsonObject(0);
        assertThat(operation.getString("outcome")).isEqualTo("rejected");
        assertThat(operation.getJsonObject("problem").getString("code")).isEqualTo("batch-failed");
        assertThat(new JsonObject(calls.get(BatchCalls.MOBILE + "/errors?client=" + client)
                                .body())
                        .getJsonArray("errors"))
                .hasSize(1);
        Until.holds(
                "counted for the operator",
                Duration.ofSeconds(20),
                () -> gateway.metrics().contains("tidegate_dead_letters_given_up 1.0"));
    }

    private static boolean isOnline() throws IOException, InterruptedException {
        return new JsonObject(calls.get("/v1/connectivity?profile=NativeMobile").body()).getBoolean("online");
    }

    /** The state that the {@code 202} tells. */
    private String send(Sent.Operation operation) throws IOException, InterruptedException {
        Sent batch = Sent.of(client, last, List.of(operation));
        HttpResponse<String> answer = calls.send(batch.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        last = Optional.of(batch.id());
        return new JsonObject(answer.body()).getString("state");
    }

    private static String stateOf(UUID batch) throws IOException, InterruptedException {
        return new JsonObject(calls.get(BatchCalls.MOBILE + "/batches/" + batch).body()).getString("state");
    }

    private static void awaitEvents(UUID task, String... events) {
        String query = "SELECT replace(replace(event, 'task|', ''), '" + task
                + "|', '') FROM public.witness WHERE event LIKE '%" + task + "%' ORDER BY seq";
        Until.holds(
                "events of " + task + " " + List.of(events),
                Duration.ofSeconds(20),
                () -> field.column(query).equals(List.of(events)));
    }

    private static Sent.Operation create(UUID task, String title) {
        return change("create", task, title);
    }

    private static Sent.Operation update(UUID task, String title) {
        return change("update", task, title);
    }

    private static Sent.Operation change(String op, UUID task, String title) {
        return Sent.Operation.applied(
                new JsonObject()
                        .put("op", op)
                        .put("entity", "FieldService.Task")
                        .put("id", task.toString())
                        .put("attributes", new JsonObject().put("Title", title)),
                op + task + title);
    }
}
