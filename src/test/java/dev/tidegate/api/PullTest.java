package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads over HTTP, on the demo, while others write past the gateway. */
@QuarkusTest
@QuarkusTestResource(value = Gateway.class, restrictToAnnotatedClass = true)
class PullTest {
    private static final String MOBILE = "NativeMobile";
    private static final String CHANGES = "/v1/profiles/NativeMobile/changes";
    private static final String ORDER = "FieldService.WorkOrder ";
    private static final int WHOLE = 5_000;

    private final Device ada = new Device("ada", MOBILE);

    @BeforeEach
    void logs() {
        Until.holds("the change logs are installed", Duration.ofSeconds(30), () -> !ada.lacksAStore());
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static String newOrder(String id, String login) {
        return "INSERT INTO field_service.task (id, kind, title, priority) VALUES ('" + id
                + "', 'FieldService.WorkOrder', 'new', 'Low'); INSERT INTO field_service.work_order (id, status, engineer_id)"
                + " VALUES ('" + id + "', 'Open', " + engineer(login) + ")";
    }

    private static String engineer(String login) {
        return "(SELECT id FROM field_service.engineer WHERE login = '" + login + "')";
    }

    private static void hasTheSameAsANewDevice(Device device) {
        Device another = new Device("ada", MOBILE);
        another.pull(WHOLE);
        assertThat(device.objects()).isEqualTo(another.objects());
    }

    @Nested
    class A_first_pull {
        @Test
        void brings_what_the_caller_may_read_and_what_the_constraints_let_through() {
            ada.pull(WHOLE);

            assertThat(ada.objects().values())
                    .filteredOn("entity", "FieldService.WorkOrder")
                    .isNotEmpty()
                    .allSatisfy(order ->
                            assertThat(String.valueOf(order.get("attributes"))).doesNotContain("Status=Closed"));
            assertThat(ada.objects().keySet()).noneMatch(key -> key.startsWith("FieldService.Site "));
            assertThat(ada.receipt()).containsEntry("position", 0);
        }

        @Test
        void goes_on_page_by_page() {
            int pages = ada.pull(37);

            assertThat(pages).isGreaterThan(5);
            hasTheSameAsANewDevice(ada);
        }

        @Test
        void misses_nothing_that_changes_between_its_pages() throws SQLException {
            Device slow = new Device("ada", MOBILE);
            String order = id();
            // The pages before the order's place in the set have gone when it comes.
            FieldStore.execute(newOrder(order, "ada"));
            slow.pull(50);
            FieldStore.execute("UPDATE field_service.task SET title = 'changed' WHERE id = '" + order + "'");
            slow.pull(50);

            hasTheSameAsANewDevice(slow);
        }
    }

    @Nested
    class What_others_change {
        @BeforeEach
        void pulled() {
            ada.pull(WHOLE);
        }

        @Test
        void is_put_once_it_is_committed() throws SQLException {
            String order = id();
            try (Connection connection = FieldStore.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute(newOrder(order, "ada"));
                FieldStore.execute(newOrder(id(), "ada"));
                ada.pull(WHOLE);
                assertThat(ada.objects()).doesNotContainKey(ORDER + order);
                connection.commit();
            }
            ada.pull(WHOLE);

            assertThat(ada.objects()).containsKey(ORDER + order);
            hasTheSameAsANewDevice(ada);
        }

        @Test
        void is_removed_when_it_is_deleted_or_matches_no_more() throws SQLException {
            String deleted = id();
            String closed = id();
            FieldStore.execute(newOrder(deleted, "ada"), newOrder(closed, "ada"));
            ada.pull(WHOLE);
            FieldStore.execute(
                    "DELETE FROM field_service.work_order WHERE id = '" + deleted + "'",
                    "DELETE FROM field_service.task WHERE id = '" + deleted + "'",
                    "UPDATE field_service.work_order SET status = 'Closed' WHERE id = '" + closed + "'");
            ada.pull(WHOLE);

            assertThat(ada.removed()).contains(ORDER + deleted, ORDER + closed);
            hasTheSameAsANewDevice(ada);
        }

        @Test
        void is_taken_from_the_one_and_given_to_the_other_when_a_reference_moves() throws SQLException {
            Device bob = new Device("bert", MOBILE);
            String order = id();
            FieldStore.execute(newOrder(order, "ada"));
            ada.pull(WHOLE);
            bob.pull(WHOLE);
            FieldStore.execute("UPDATE field_service.work_order SET engineer_id = " + engineer("bert") + " WHERE id = '"
                    + order + "'");
            ada.pull(WHOLE);
            bob.pull(WHOLE);

            assertThat(ada.objects()).doesNotContainKey(ORDER + order);
            assertThat(bob.objects()).containsKey(ORDER + order);
        }

        @Test
        void tells_nobody_of_what_was_never_theirs() throws SQLException {
            String order = id();
            FieldStore.execute(newOrder(order, "bert"));
            ada.pull(WHOLE);
            FieldStore.execute("UPDATE field_service.task SET title = 'other' WHERE id = '" + order + "'");
            ada.pull(WHOLE);
            FieldStore.execute("DELETE FROM field_service.work_order WHERE id = '" + order + "'");
            ada.pull(WHOLE);

            assertThat(ada.removed()).doesNotContain(ORDER + order);
            assertThat(ada.objects()).doesNotContainKey(ORDER + order);
        }

        @Test
        void comes_in_legs_when_it_is_few_objects_and_many_bytes() throws SQLException {
            String all = " WHERE priority = 'High' AND title LIKE 'wide%'";
            FieldStore.execute(
                    "WITH t AS (INSERT INTO field_service.task (id, kind, title, priority) SELECT gen_random_uuid(),"
                            + " 'FieldService.WorkOrder', 'wide' || repeat('x', 300000), 'High' FROM generate_series(1, 60) RETURNING id)"
                            + " INSERT INTO field_service.work_order (id, status, engineer_id) SELECT id, 'Open', "
                            + engineer("ada")
                            + " FROM t");
            try {
                // 17 MiB, at about 8 to a leg.
                assertThat(ada.pull(WHOLE)).isEqualTo(3);
                hasTheSameAsANewDevice(ada);
            } finally {
                FieldStore.execute(
                        "DELETE FROM field_service.work_order WHERE id IN (SELECT id FROM field_service.task" + all
                                + ")",
                        "DELETE FROM field_service.task" + all);
            }
            ada.pull(WHOLE);
            hasTheSameAsANewDevice(ada);
        }

        @Test
        void is_compared_as_a_whole_behind_a_truncated_table() throws SQLException {
            FieldStore.execute("TRUNCATE field_service.work_order_tag");
            ada.pull(40);

            hasTheSameAsANewDevice(ada);
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void leads_to_the_same_set_as_a_new_device_has(long seed) throws SQLException {
            Random random = new Random(seed);
            for (int round = 0; round < 12; round++) {
                for (int i = 0; i <= random.nextInt(8); i++) {
                    FieldStore.execute(change(random));
                }
                ada.pull(random.nextBoolean() ? WHOLE : 1 + random.nextInt(30));
                hasTheSameAsANewDevice(ada);
            }
        }

        private static String change(Random random) {
            String some = " WHERE id IN (SELECT id FROM field_service.%s ORDER BY md5(id::text || '" + random.nextInt()
                    + "') LIMIT " + (1 + random.nextInt(4)) + ")";
            String login = List.of("ada", "bert", "carla").get(random.nextInt(3));
            return switch (random.nextInt(13)) {
                case 0 -> newOrder(id(), login);
                case 1 ->
                    "UPDATE field_service.work_order SET status = '"
                            + List.of("Open", "InProgress", "Closed").get(random.nextInt(3)) + "'"
                            + some.formatted("work_order");
                case 2 ->
                    "UPDATE field_service.work_order SET engineer_id = " + engineer(login)
                            + some.formatted("work_order");
                case 3 ->
                    "UPDATE field_service.task SET priority = '"
                            + List.of("Low", "High").get(random.nextInt(2)) + "'" + some.formatted("work_order");
                case 4 -> "UPDATE field_service.note SET pinned = NOT pinned" + some.formatted("note");
                case 5 -> "UPDATE field_service.note SET author_id = " + engineer(login) + some.formatted("note");
                case 6 -> "DELETE FROM field_service.note" + some.formatted("note");
                case 7 ->
                    "UPDATE field_service.customer SET city = 'c" + random.nextInt() + "'" + some.formatted("customer");
                case 8 ->
                    "DELETE FROM field_service.work_order_tag WHERE work_order_id IN (SELECT id FROM"
                            + " field_service.work_order LIMIT 3)";
                case 9 ->
                    "INSERT INTO field_service.work_order_tag SELECT w.id, t.id FROM (SELECT id FROM"
                            + " field_service.work_order ORDER BY md5(id::text) LIMIT 2) w, (SELECT id FROM"
                            + " field_service.tag LIMIT 2) t ON CONFLICT DO NOTHING";
                case 10 ->
                    "UPDATE field_service.inspection SET engineer_id = " + engineer(login)
                            + some.formatted("inspection");
                case 11 ->
                    // Two change their names, and whose work is whose.
                    "UPDATE field_service.engineer SET login = CASE login WHEN 'ada' THEN 'ada' WHEN 'bert' THEN 'x' ELSE"
                            + " 'bert' END WHERE login IN ('bert', 'x')";
                default -> "UPDATE field_service.tag SET label = 'l" + random.nextInt() + "'" + some.formatted("tag");
            };
        }
    }

    @Nested
    class A_receipt {
        @Test
        void covers_a_batch_and_tells_what_did_not_go_through() {
            ada.pull(WHOLE);
            String note = id();
            String order = id();
            Map<String, Object> batch = Map.of(
                    "batchId",
                    id(),
                    "clientId",
                    ada.client(),
                    "operations",
                    List.of(
                            Map.of(
                                    "op",
                                    "create",
                                    "entity",
                                    "FieldService.Task",
                                    "id",
                                    note,
                                    "attributes",
                                    Map.of("Title", "t")),
                            Map.of(
                                    "op",
                                    "update",
                                    "entity",
                                    "FieldService.WorkOrder",
                                    "id",
                                    order,
                                    "attributes",
                                    Map.of("Title", "no such one"))));
            ada.caller()
                    .contentType(ContentType.JSON)
                    .body(batch)
                    .post("/v1/profiles/NativeMobile/batches?wait=20")
                    .then()
                    .statusCode(202)
                    .body("state", equalTo("applied-with-errors"));
            ada.pull(WHOLE);

            assertThat(ada.objects()).containsKey("FieldService.Task " + note);
            assertThat(ada.receipt()).containsEntry("position", 1);
            assertThat(String.valueOf(ada.receipt().get("outcomes")))
                    .contains("rejected")
                    .contains(order);
            assertThat(ada.removed()).contains(ORDER + order);
            hasTheSameAsANewDevice(ada);

            ada.pull(WHOLE);
            assertThat(ada.receipt().get("outcomes")).isEqualTo(List.of());
            assertThat(ada.removed()).isEmpty();
        }
    }

    @Nested
    class A_cursor {
        @Test
        void is_of_its_caller_and_entities_only() {
            ada.pull(WHOLE);
            String since = ada.cursor().orElseThrow();

            refused(new Device("bert", MOBILE), since, ada.client(), "");
            refused(ada, since, id(), "");
            refused(ada, since, ada.client(), "FieldService.Tag");
            refused(ada, since.substring(1), ada.client(), "");
        }

        private static void refused(Device caller, String since, String client, String entities) {
            var call = caller.caller().queryParam("since", since).queryParam("client", client);
            (entities.isEmpty() ? call : call.queryParam("entities", entities))
                    .get(CHANGES)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid-cursor"));
        }

        @Test
        void expires_when_what_has_changed_since_is_not_known_any_more() throws SQLException {
            ada.pull(WHOLE);
            FieldStore.execute(
                    "UPDATE tidegate.log SET pruned_xid = pg_current_xact_id() WHERE name LIKE 'log_fieldservice_tag_%'");
            try {
                ada.caller()
                        .queryParam("since", ada.cursor().orElseThrow())
                        .queryParam("client", ada.client())
                        .get(CHANGES)
                        .then()
                        .statusCode(410)
                        .body("code", equalTo("cursor-expired"));
            } finally {
                FieldStore.execute("UPDATE tidegate.log SET pruned_xid = '0'");
            }
        }

        @Test
        void may_come_in_a_body() {
            ada.pull(WHOLE);

            ada.caller()
                    .contentType(ContentType.JSON)
                    .body(Map.of("client", ada.client(), "since", ada.cursor().orElseThrow()))
                    .post(CHANGES)
                    .then()
                    .statusCode(200)
                    .contentType(startsWith("application/x-ndjson"));
        }
    }

    @Test
    void its_head_can_be_asked_for() {
        ada.caller().head(CHANGES).then().statusCode(200).contentType(startsWith("application/x-ndjson"));
    }

    @Test
    void unknown_and_online_entities_are_refused() {
        ada.caller()
                .get(CHANGES + "?entities=FieldService.Nope")
                .then()
                .statusCode(404)
                .body("code", equalTo("unknown-entity"));
        ada.caller()
                .get(CHANGES + "?entities=FieldService.Site")
                .then()
                .statusCode(404)
                .body("code", equalTo("not-in-profile"));
    }
}
