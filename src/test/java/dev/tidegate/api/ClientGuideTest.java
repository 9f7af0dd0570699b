package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of the guide against a gateway: the text that developers copy is the text that is run. */
@QuarkusTest
@QuarkusTestResource(value = Gateway.class, restrictToAnnotatedClass = true)
class ClientGuideTest {
    private static final String TASK = "FieldService.Task";
    private static final String TAG = "FieldService.Tag";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Device another = new Device("ada", "NativeMobile");

    @TempDir
    Path directory;

    @BeforeAll
    static void node() {
        assumeTrue(GuidedClient.canRun(), "there is a Node.js of version 20 or later");
    }

    @BeforeEach
    void logs() {
        Until.holds("the change logs are installed", PATIENCE, () -> !another.lacksAStore());
    }

    private GuidedClient client() throws IOException {
        return new GuidedClient(RestAssured.baseURI + ":" + RestAssured.port, "NativeMobile", "ada", directory);
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static void change(GuidedClient client, String op, String id, Map<String, Object> members) {
        client.call("change", Map.of("op", op, "entity", TASK, "id", id, "members", members));
    }

    private static Map<String, Object> titled(String title) {
        return Map.of("attributes", Map.of("Title", title));
    }

    private static String title(GuidedClient client, String id) {
        return client.call("view").path(TASK + " " + id).at("/attributes/Title").asText();
    }

    private void holdsWhatAnotherHolds(GuidedClient client) {
        another.pull(5_000);
        assertThat(JSON.convertValue(
                        client.call("state").get("objects"), new TypeReference<Map<String, Map<String, Object>>>() {}))
                .isEqualTo(another.objects());
    }

    @Test
    void it_holds_what_the_gateway_sends_and_what_changes() throws IOException, SQLException {
        String gone = id();
        FieldStore.execute("INSERT INTO field_service.tag (id, label) VALUES (nextval('field_service.tag_id_seq'), '"
                + gone + "')");
        try (GuidedClient client = client()) {
            client.call("sync");
            holdsWhatAnotherHolds(client);
            FieldStore.execute(
                    "DELETE FROM field_service.tag WHERE label = '" + gone + "'",
                    "UPDATE field_service.customer SET city = 'elsewhere'");
            client.call("sync");

            assertThat(client.call("state").get("objects").toString()).doesNotContain(gone);
            holdsWhatAnotherHolds(client);
        }
    }

    @Test
    void an_entry_is_shown_at_once_and_never_jumps_back() throws IOException {
        String task = id();
        try (GuidedClient client = client()) {
            client.call("sync");
            change(client, "create", task, titled("first"));
            assertThat(title(client, task)).isEqualTo("first");
            client.call("sync");
            assertThat(title(client, task)).isEqualTo("first");
            change(client, "update", task, titled("second"));
            assertThat(title(client, task)).isEqualTo("second");
            client.call("sync");

            assertThat(title(client, task)).isEqualTo("second");
            assertThat(client.call("state").get("batches")).isEmpty();
            change(client, "delete", task, Map.of());
            assertThat(client.call("view").has(TASK + " " + task)).isFalse();
            client.call("sync");
            holdsWhatAnotherHolds(client);
        }
    }

    @Test
    void what_does_not_go_through_is_a_problem_and_goes_from_what_is_shown() throws IOException {
        try (GuidedClient client = client()) {
            client.call("sync");
            String task = id();
            change(client, "create", task, Map.of());
            client.call("sync");

            JsonNode problem = client.call("state").at("/problems/0");
            assertThat(problem.get("outcome").asText()).isEqualTo("rejected");
            assertThat(problem.at("/problem/code").asText()).isEqualTo("validation-failed");
            assertThat(client.call("view").has(TASK + " " + task)).isFalse();
        }
    }

    @Test
    void it_may_die_at_any_time_and_goes_on() throws IOException, InterruptedException, SQLException {
        String label = id();
        FieldStore.execute("INSERT INTO field_service.tag (id, label) SELECT nextval('field_service.tag_id_seq'), '"
                + label + "' FROM generate_series(1, 11000)");
        String task = id();
        try (GuidedClient client = client()) {
            change(client, "create", task, titled("before all"));
            // Once for the batch, once for the first leg of more than one.
            client.dieWhileSyncing(2);
        }
        try (GuidedClient client = client()) {
            JsonNode state = client.call("state");
            assertThat(state.get("cursor").isNull()).isFalse();
            assertThat(state.get("fresh").isNull()).isFalse();
            assertThat(title(client, task)).isEqualTo("before all");
            client.dieWhileSyncing(1);
        }
        try (GuidedClient client = client()) {
            client.call("sync");

            holdsWhatAnotherHolds(client);
            assertThat(client.call("state").get("batches")).isEmpty();
            FieldStore.execute("DELETE FROM field_service.tag WHERE label = '" + label + "'");
            client.call("sync");
            holdsWhatAnotherHolds(client);
        }
    }

    @Test
    void it_begins_again_when_its_cursor_has_expired() throws IOException, SQLException {
        try (GuidedClient client = client()) {
            client.call("sync");
            FieldStore.execute("UPDATE tidegate.log SET pruned_xid = pg_current_xact_id()");
            try {
                FieldStore.execute("UPDATE field_service.customer SET city = 'again'");
                client.call("sync");
            } finally {
                FieldStore.execute("UPDATE tidegate.log SET pruned_xid = '0'");
            }
            holdsWhatAnotherHolds(client);
        }
    }

    @Test
    void it_hears_of_what_changes() throws IOException, SQLException {
        String label = id();
        try (GuidedClient client = client()) {
            client.call("listen");
            Until.holds(
                    "it has pulled",
                    PATIENCE,
                    () -> client.call("state").get("fresh").isNull());
            FieldStore.execute(
                    "INSERT INTO field_service.tag (id, label) VALUES (nextval('field_service.tag_id_seq'), '" + label
                            + "')");

            Until.holds(
                    "it has heard",
                    PATIENCE,
                    () -> client.call("state").get("objects").toString().contains(label));
            client.call("stop");
            FieldStore.execute("DELETE FROM field_service.tag WHERE label = '" + label + "'");
        }
    }
}
