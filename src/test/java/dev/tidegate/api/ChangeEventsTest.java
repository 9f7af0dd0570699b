package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.tidegate.edition.Editions;
import dev.tidegate.testing.FieldStore;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that listen, on the demo, while somebody writes past the gateway. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(ChangeEventsTest.FewListeners.class)
class ChangeEventsTest {
    private static final String MOBILE = "NativeMobile";
    private static final String EVENTS = "/v1/profiles/NativeMobile/changes/events";
    private static final String NEW_SKILL =
            "INSERT INTO field_service.skill (code, name) VALUES (gen_random_uuid()::text, 'New')";
    private static final String SKILL = change("FieldService.Skill");
    private static final String TAG = change("FieldService.Tag");

    /** Three listeners at a time, which hear often that the connection is there. */
    public static final class FewListeners implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tidegate.changes.listeners", "3", "tidegate.changes.heartbeat", "200ms");
        }
    }

    @Inject
    RequestsInHand inHand;

    @Inject
    Editions editions;

    @Inject
    WithdrawnCallers callers;

    @AfterEach
    void nothingIsLeft() {
        callers.restore();
        Until.holds(
                "nobody listens any more",
                Duration.ofSeconds(10),
                () -> editions.current().hints().listeners() == 0);
        Until.holds("no request left in hand", Duration.ofSeconds(3), () -> inHand.count() == 0);
    }

    private static String change(String entity) {
        return "data: {\"entities\":[\"" + entity + "\"]}";
    }

    /** A listener who has heard already what everybody hears who is the first. */
    private static EventListener listening(String user, String profile) throws SQLException {
        return settled(EventListener.of(user, profile));
    }

    private static EventListener settled(EventListener listener) throws SQLException {
        do {
            FieldStore.execute(NEW_SKILL);
        } while (!listener.hearsWithin(Duration.ofSeconds(1), SKILL));
        return listener;
    }

    private static String newTag() {
        return "INSERT INTO field_service.tag (id, label) VALUES (nextval('field_service.tag_id_seq'), 'new')";
    }

    @Nested
    class A_listener {
        @Test
        void hears_at_once_that_the_connection_is_there() {
            try (EventListener listener = EventListener.of("ada", MOBILE)) {
                assertThat(listener.answer().statusCode()).isEqualTo(200);
                assertThat(listener.answer().headers().firstValue("Content-Type"))
                        .contains("text/event-stream");
                assertThat(listener.answer().headers().firstValue("Cache-Control"))
                        .contains("private, no-store");
                assertThat(List.of(listener.next(), listener.next())).containsExactly(": listening", "");
            }
        }

        @Test
        void hears_of_what_somebody_writes_past_the_gateway() throws SQLException {
            try (EventListener listener = listening("ada", MOBILE)) {
                FieldStore.execute(newTag());
                listener.hears("event: change").hears(TAG);
                assertThat(listener.next()).isEmpty();
            }
        }

        @Test
        void hears_nothing_of_what_the_caller_does_not_download() throws SQLException {
            try (EventListener listener = listening("ada", MOBILE)) {
                FieldStore.execute(
                        "INSERT INTO field_service.supplier (id, name) VALUES (gen_random_uuid()::text, 'S')",
                        "UPDATE field_service.site SET street = 'x' WHERE name LIKE '%7%'",
                        "UPDATE field_service.announcement SET headline = headline || '.'",
                        newTag());
                listener.hears(TAG);
                assertThat(listener.heard())
                        .noneMatch(line -> line.contains("Supplier")
                                || line.contains("FieldService.Site")
                                || line.contains("Announcement"));
            }
        }

        @Test
        void hears_of_what_its_constraints_and_rights_read() throws SQLException {
            try (EventListener listener = listening("ada", MOBILE)) {
                FieldStore.execute("UPDATE field_service.engineer SET login = login WHERE login = 'ada'");
                String line = listener.hears("event: change").next();
                assertThat(line)
                        .contains("FieldService.Engineer", "FieldService.WorkOrder", "FieldService.Note")
                        .doesNotContain("FieldService.Skill");
            }
        }

        @Test
        void hears_of_a_transaction_when_it_commits() throws SQLException {
            try (EventListener listener = listening("ada", MOBILE);
                    Connection late = FieldStore.connect();
                    Statement statement = late.createStatement()) {
                late.setAutoCommit(false);
                statement.execute(newTag());
                FieldStore.execute(NEW_SKILL);
                listener.hears(SKILL);
                assertThat(listener.heard()).doesNotContain(TAG);
                late.commit();
                listener.hears(TAG);
            }
        }

        @Test
        void hears_when_its_batch_is_settled_also_when_nothing_comes_of_it() throws SQLException {
            String client = UUID.randomUUID().toString();
            try (EventListener listener = settled(EventListener.of("ada", MOBILE, client));
                    EventListener other = settled(EventListener.of("ada", MOBILE))) {
                given().auth()
                        .preemptive()
                        .basic("ada", "ada")
                        .contentType(ContentType.JSON)
                        .body("""
                                {"batchId": "%s", "clientId": "%s", "operations": [
                                 {"op": "delete", "entity": "FieldService.TimeEntry", "id": "987654321"}]}""".formatted(UUID.randomUUID(), client))
                        .post("/v1/profiles/NativeMobile/batches?wait=20")
                        .then()
                        .statusCode(202)
                        .body("state", startsWith("applied"));
                listener.hears(change("FieldService.TimeEntry"));
                FieldStore.execute(newTag());
                other.hears(TAG);
                assertThat(other.heard()).doesNotContain(change("FieldService.TimeEntry"));
            }
        }

        @Test
        void hears_now_and_then_that_the_connection_is_still_there() {
            try (EventListener listener = EventListener.of("ada", MOBILE)) {
                listener.hears(": here").hears(": here").hears(": here");
            }
        }

        @Test
        void of_another_profile_hears_of_what_that_downloads() throws SQLException {
            try (EventListener phone = listening("ada", MOBILE);
                    EventListener browser = EventListener.of("dora", "WebOffline")) {
                FieldStore.execute("UPDATE field_service.announcement SET headline = headline || '.'");
                browser.hears(change("FieldService.Announcement"));
                FieldStore.execute(newTag());
                phone.hears(TAG);
                assertThat(phone.heard()).noneMatch(line -> line.contains("Announcement"));
            }
        }
    }

    @Nested
    class The_end {
        @Test
        void comes_with_a_word_when_the_caller_is_not_let_in_any_more() {
            try (EventListener listener = EventListener.of("ada", MOBILE)) {
                listener.hears(": here");
                callers.withdraw("ada");
                listener.hears("event: bye")
                        .hears("data: {\"reason\":\"caller\"}")
                        .isOver();
            }
        }

        @Test
        void comes_when_the_caller_has_other_roles() {
            try (EventListener listener = EventListener.of("ada", MOBILE)) {
                callers.give("ada", "Engineer", "Auditor");
                listener.hears("event: bye").isOver();
            }
        }
    }

    @Nested
    class Refused {
        @Test
        void more_than_may_listen_at_a_time() {
            try (EventListener one = EventListener.of("ada", MOBILE);
                    EventListener two = EventListener.of("ada", MOBILE);
                    EventListener three = EventListener.of("ada", MOBILE)) {
                List.of(one, two, three).forEach(listener -> listener.hears(": listening"));
                given().auth()
                        .preemptive()
                        .basic("ada", "ada")
                        .get(EVENTS + "?client=" + UUID.randomUUID())
                        .then()
                        .statusCode(429)
                        .header("Retry-After", "10")
                        .body("code", equalTo("rate-limited"));
            }
        }

        @ParameterizedTest
        @CsvSource({
            "ada, NativeMobile, ?client=x, */*, 400, malformed-request",
            "ada, NativeMobile, '', */*, 400, malformed-request",
            "ada, NativeMobile, ?client=00000000-0000-0000-0000-000000000001&since=x, */*, 400, malformed-request",
            "ada, NativeMobile, ?client=00000000-0000-0000-0000-000000000001, application/json, 406, not-acceptable",
            "ada, Nowhere, ?client=00000000-0000-0000-0000-000000000001, */*, 404, unknown-profile",
            "dora, NativeMobile, ?client=00000000-0000-0000-0000-000000000001, */*, 403, profile-not-allowed",
            "dora, Web, ?client=00000000-0000-0000-0000-000000000001, */*, 422, profile-not-offline"
        })
        void what_makes_no_sense(String user, String profile, String query, String accept, int status, String code) {
            given().auth()
                    .preemptive()
                    .basic(user, user)
                    .accept(accept)
                    .get("/v1/profiles/" + profile + "/changes/events" + query)
                    .then()
                    .statusCode(status)
                    .body("code", equalTo(code));
        }

        @Test
        void who_is_not_known() {
            given().get(EVENTS + "?client=" + UUID.randomUUID()).then().statusCode(401);
        }
    }

    @Test
    void a_head_tells_the_type_and_ends() {
        given().auth()
                .preemptive()
                .basic("ada", "ada")
                .head(EVENTS + "?client=" + UUID.randomUUID())
                .then()
                .statusCode(200)
                .header("Content-Type", is("text/event-stream"));
    }
}
