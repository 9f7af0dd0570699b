package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.CONFLICT;
import static dev.tidegate.observation.Observation.Outcome.REJECTED;
import static dev.tidegate.store.WriterChanges.CUSTOMER;
import static dev.tidegate.store.WriterChanges.MODEL;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.TASK;
import static dev.tidegate.store.WriterChanges.creation;
import static dev.tidegate.store.WriterChanges.delete;
import static dev.tidegate.store.WriterChanges.end;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.refer;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.update;
import static dev.tidegate.store.WriterChanges.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.observation.Observation;
import dev.tidegate.policy.Grant;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.StoreNotReady;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Value;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Parts of several clients in one transaction (store-protocol 4 and 5), on a real store; numbers are its invariants. */
class GroupsTest extends OnWriterStore {

    private static LaneId lane() {
        return new LaneId(UUID.randomUUID());
    }

    /** The first part of a client that was not seen before. */
    private static PartWork first(Step.Todo... todos) {
        return partOf(lane(), 0, 1, false, todos);
    }

    private List<PartResult> apply(PartWork... group) {
        return writer.apply(List.of(group)).await().atMost(Duration.ofSeconds(30));
    }

    private static List<OperationOutcome> outcomes(PartResult result) {
        return ((PartResult.Applied) result).outcomes();
    }

    private static List<Observation.Outcome> kinds(List<PartResult> results) {
        return results.stream()
                .flatMap(result -> outcomes(result).stream())
                .map(OperationOutcome::outcome)
                .toList();
    }

    private static Optional<ProblemCode> code(PartResult result) {
        return outcomes(result).getFirst().problem().map(problem -> problem.code());
    }

    private UUID order(String title) {
        UUID id = UUID.randomUUID();
        store.run("INSERT INTO task (id, kind, title) VALUES ('" + id + "', 'Shop.Order', '" + title + "')");
        store.run("INSERT INTO orders (id, cost) VALUES ('" + id + "', 1)");
        return id;
    }

    private UUID customer() {
        UUID id = UUID.randomUUID();
        store.run("INSERT INTO customer VALUES ('" + id + "', 'C')");
        return id;
    }

    private @Nullable String title(UUID id) {
        return store.value("SELECT title FROM task WHERE id = '" + id + "'");
    }

    private @Nullable String version(UUID id) {
        return store.value("SELECT row_version FROM task WHERE id = '" + id + "'");
    }

    private static Step.Write titled(UUID id, @Nullable String base, String title) {
        return update(ORDER, id, base, set(ORDER, "Title", title));
    }

    private static Step.Write lastWins(UUID id, String title) {
        return write(
                new Change.Update(ORDER, id, Optional.empty(), List.of(set(ORDER, "Title", title))),
                ConflictPolicy.LAST_WINS);
    }

    private static Step.Write named(UUID id, @Nullable String base, String name) {
        return update(CUSTOMER, id, base, set(CUSTOMER, "Name", name));
    }

    @Nested
    class Claims {
        @Test
        void inv_1_what_was_applied_before_or_is_not_its_turn_drops_out_and_the_rest_goes_on() {
            UUID id = order("old");
            PartWork done = first(titled(UUID.randomUUID(), null, "x"), creation(NOTE, UUID.randomUUID()));
            PartResult before = apply(done).getFirst();
            PartWork early = partOf(lane(), 3, 4, false, lastWins(id, "early"));

            List<PartResult> results = apply(early, first(lastWins(id, "new")), done);

            assertThat(results)
                    .containsExactly(
                            new PartResult.Astray(0),
                            new PartResult.Applied(List.of(OperationOutcome.applied(0)), false),
                            new PartResult.Applied(outcomes(before), true));
            assertThat(title(id)).isEqualTo("new");
            assertThat(store.column("SELECT position FROM tidegate.lane")).containsExactlyInAnyOrder("1", "1");
        }

        @Test
        void inv_1_a_part_that_waits_for_the_claim_of_the_one_before_it_has_its_turn_then() throws SQLException {
            UUID id = order("old");
            LaneId ada = lane();
            apply(partOf(ada, 0, 1, false, creation(NOTE, UUID.randomUUID())));
            try (Connection other = store.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
                Uni<List<PartResult>> one = started(partOf(ada, 1, 2, false, lastWins(id, "1")));
                WriterStore.awaitLockWaits(store, 1);
                Uni<List<PartResult>> two = started(partOf(ada, 2, 3, false, lastWins(id, "2")));
                WriterStore.awaitLockWaits(store, 2);
                other.commit();

                assertThat(kinds(one.await().atMost(Duration.ofSeconds(10)))).containsExactly(APPLIED);
                assertThat(kinds(two.await().atMost(Duration.ofSeconds(10)))).containsExactly(APPLIED);
            }
            assertThat(title(id)).isEqualTo("2");
            assertThat(store.value("SELECT position FROM tidegate.lane")).isEqualTo("3");
        }

        private Uni<List<PartResult>> started(PartWork part) {
            Uni<List<PartResult>> result = writer.apply(List.of(part)).memoize().indefinitely();
            result.subscribe().with(_ -> {});
            return result;
        }

        @Test
        void inv_1_groups_that_hold_the_same_parts_in_other_orders_apply_each_once() {
            store.run("CREATE TABLE seen (id uuid)");
            store.run("CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NEW; END'");
            store.run("CREATE TRIGGER see AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION see()");
            List<PartWork> group = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                group.add(first(creation(NOTE, UUID.randomUUID())));
            }
            List<Uni<List<PartResult>>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(writer.apply(i % 2 == 0 ? group : group.reversed()));
            }

            List<List<PartResult>> results =
                    Uni.join().all(all).andFailFast().await().atMost(Duration.ofSeconds(30));

            assertThat(results).allSatisfy(result -> assertThat(kinds(result)).containsOnly(APPLIED));
            assertThat(store.value("SELECT concat(count(*), ' ', count(DISTINCT id)) FROM seen"))
                    .isEqualTo("20 20");
            assertThat(store.value("SELECT count(*) FROM tidegate.applied")).isEqualTo("20");
        }
    }

    @Nested
    class Sets {
        @Test
        void inv_4_many_objects_are_made_and_changed_by_one_statement_for_each_table() {
            store.run("CREATE TABLE statements (what text)");
            store.run("CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN INSERT INTO statements VALUES (TG_OP || '' '' || TG_TABLE_NAME); RETURN NULL; END'");
            for (String table : List.of("task", "orders", "note")) {
                store.run("CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE ON " + table
                        + " FOR EACH STATEMENT EXECUTE FUNCTION counted()");
            }
            List<UUID> ids =
                    IntStream.range(0, 40).mapToObj(_ -> UUID.randomUUID()).toList();
            List<UUID> notes =
                    IntStream.range(0, 40).mapToObj(_ -> UUID.randomUUID()).toList();
            PartWork[] makes = IntStream.range(0, 40)
                    .mapToObj(i -> first(
                            creation(ORDER, ids.get(i), set(ORDER, "Title", "t" + i), set(ORDER, "Level", i)),
                            creation(NOTE, notes.get(i))))
                    .toArray(PartWork[]::new);
            PartWork[] changes = IntStream.range(0, 40)
                    .mapToObj(i -> first(lastWins(ids.get(i), "u" + i), delete(NOTE, notes.get(i), null)))
                    .toArray(PartWork[]::new);

            assertThat(kinds(apply(makes))).containsOnly(APPLIED);
            assertThat(store.column("SELECT what FROM statements ORDER BY what"))
                    .containsExactly("INSERT note", "INSERT orders", "INSERT task");

            store.run("DELETE FROM statements");
            assertThat(kinds(apply(changes))).containsOnly(APPLIED);
            assertThat(store.column("SELECT what FROM statements ORDER BY what"))
                    .containsExactly("DELETE note", "UPDATE task");
            assertThat(store.value("SELECT count(*) FROM task JOIN orders USING (id) WHERE title = 'u' || level"))
                    .isEqualTo("40");
            assertThat(store.value("SELECT count(*) FROM note")).isEqualTo("0");
        }

        @Test
        void
                inv_4_objects_that_nothing_refers_to_are_deleted_by_one_statement_for_each_table_and_the_others_one_by_one() {
            store.run("INSERT INTO tag SELECT t, 'l' FROM generate_series(1, 40) AS t");
            store.run("CREATE TABLE statements (what text)");
            store.run("CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN INSERT INTO statements VALUES (TG_OP || '' '' || TG_TABLE_NAME); RETURN NULL; END'");
            store.run("CREATE TRIGGER counted AFTER DELETE ON tag FOR EACH STATEMENT EXECUTE FUNCTION counted()");

            assertThat(kinds(apply(deletedTags(1, 20)))).containsOnly(APPLIED);
            assertThat(store.column("SELECT what FROM statements")).containsExactly("DELETE tag");

            UUID tagged = order("tagged");
            store.run("INSERT INTO order_tag VALUES ('" + tagged + "', 25)");
            String before = version(tagged);
            List<PartResult> results = apply(Stream.concat(
                            Stream.of(deletedTags(21, 40)),
                            Stream.of(first(lastWins(tagged, "after"), delete(CUSTOMER, UUID.randomUUID(), null))))
                    .toArray(PartWork[]::new));

            assertThat(kinds(results)).containsOnly(APPLIED);
            assertThat(store.value("SELECT count(*) FROM tag")).isEqualTo("0");
            assertThat(store.value("SELECT count(*) FROM order_tag")).isEqualTo("0");
            assertThat(title(tagged)).isEqualTo("after");
            assertThat(store.column("SELECT concat_ws(' ', object_id, version_before) FROM tidegate.touched"))
                    .containsExactly(tagged + " " + before);
        }

        private PartWork[] deletedTags(int from, int to) {
            return IntStream.rangeClosed(from, to)
                    .mapToObj(tag -> first(delete(WriterChanges.TAG, (long) tag, null)))
                    .toArray(PartWork[]::new);
        }

        @Test
        void values_of_every_type_and_empty_ones_are_written_as_they_are() {
            UUID one = UUID.randomUUID();
            UUID two = UUID.randomUUID();
            UUID buyer = UUID.randomUUID();

            List<PartResult> results = apply(
                    first(creation(
                            CUSTOMER, buyer, set(CUSTOMER, "Name", "ä\"{},\\ 'x"), set(CUSTOMER, "Photo", new byte[] {
                                0, -1
                            }))),
                    first(creation(CUSTOMER, two, set(CUSTOMER, "Name", "NULL"), set(CUSTOMER, "Photo", null))),
                    first(creation(
                            ORDER,
                            one,
                            set(ORDER, "Title", null),
                            set(ORDER, "DueAt", Instant.parse("2026-11-20T08:15:00.123Z")),
                            set(ORDER, "Cost", new BigDecimal("12.50")),
                            set(ORDER, "Level", 7),
                            refer("Order_Customer", buyer))),
                    first(creation(
                            ORDER,
                            two,
                            set(ORDER, "Title", "b"),
                            set(ORDER, "DueAt", null),
                            set(ORDER, "Cost", new BigDecimal("-100000000000000000000.000000001")),
                            set(ORDER, "Level", null),
                            refer("Order_Customer", null))),
                    first(creation(WriterChanges.TAG, 5L, set(WriterChanges.TAG, "Label", "l"))));

            assertThat(kinds(results)).containsOnly(APPLIED);
            assertThat(store.column("SELECT concat_ws('|', name, encode(photo, 'hex')) FROM customer ORDER BY name"))
                    .containsExactlyInAnyOrder("ä\"{},\\ 'x|00ff", "NULL");
            assertThat(store.column(
                            "SELECT concat_ws('|', kind, title, due_at AT TIME ZONE 'UTC', cost, level, customer_id) "
                                    + "FROM task JOIN orders USING (id) ORDER BY level"))
                    .containsExactly(
                            "Shop.Order|2026-11-20 08:15:00.123|12.50|7|" + buyer,
                            "Shop.Order|b|-100000000000000000000.000000001");
        }

        @Test
        void inv_4_hierarchies_are_written_table_by_table() {
            UUID task = UUID.randomUUID();
            UUID one = UUID.randomUUID();
            UUID two = UUID.randomUUID();

            assertThat(kinds(apply(
                            first(creation(TASK, task, set(TASK, "Title", "task"))),
                            first(creation(ORDER, one, set(ORDER, "Title", "one"), refer("Task_Parent", task))),
                            first(
                                    creation(ORDER, two, set(ORDER, "Level", 1)),
                                    update(ORDER, two, null, set(ORDER, "Level", 2), set(ORDER, "Title", "two"))))))
                    .containsOnly(APPLIED);

            assertThat(store.column("SELECT concat_ws('|', kind, title, level) FROM task LEFT JOIN orders USING (id) "
                            + "ORDER BY title"))
                    .containsExactly("Shop.Order|one", "Shop.Task|task", "Shop.Order|two|2");
            assertThat(kinds(apply(first(update(TASK, one, null, set(TASK, "Title", "x"))))))
                    .containsOnly(REJECTED);
        }

        @Test
        void inv_6_no_two_clients_create_one_object() {
            UUID id = UUID.randomUUID();

            List<PartResult> results = apply(first(creation(ORDER, id)), first(creation(TASK, id)));

            assertThat(kinds(results)).containsExactly(APPLIED, REJECTED);
            assertThat(code(results.get(1))).contains(ProblemCode.OBJECT_EXISTS);
        }
    }

    @Nested
    class Culprits {
        @Test
        void inv_5_what_the_store_refuses_is_rejected_by_itself_and_said_in_the_models_words() {
            UUID taken = order("x");
            store.run("UPDATE orders SET code = 'A' WHERE id = '" + taken + "'");
            store.run("CREATE TABLE depot (label text PRIMARY KEY)");
            store.run("ALTER TABLE note ADD CONSTRAINT depot FOREIGN KEY (text) REFERENCES depot "
                    + "DEFERRABLE INITIALLY DEFERRED");
            store.run("CREATE FUNCTION no_13() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN IF NEW.title = ''13'' THEN RAISE EXCEPTION ''secret of the store''; END IF; "
                    + "RETURN NEW; END'");
            store.run("CREATE TRIGGER no_13 BEFORE INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION no_13()");
            List<PartWork> group = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                group.add(first(
                        switch (i) {
                            case 7 -> creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "A"));
                            case 11 -> creation(NOTE, UUID.randomUUID(), set(NOTE, "Text", "nowhere"));
                            case 23 -> creation(ORDER, UUID.randomUUID(), set(ORDER, "Level", 500));
                            case 31 -> creation(CUSTOMER, UUID.randomUUID());
                            case 42 -> lastWins(order("42"), "13");
                            case 43 -> creation(ORDER, UUID.randomUUID(), refer("Order_Customer", UUID.randomUUID()));
                            default ->
                                i % 2 == 0
                                        ? creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "c" + i))
                                        : lastWins(order("o" + i), "t" + i);
                        }));
            }

            List<PartResult> results = apply(group.toArray(PartWork[]::new));

            for (int i = 0; i < 60; i++) {
                ProblemCode expected = switch (i) {
                    case 7 -> ProblemCode.NOT_UNIQUE;
                    case 11, 43 -> ProblemCode.DANGLING_REFERENCE;
                    case 23, 31, 42 -> ProblemCode.VALIDATION_FAILED;
                    default -> null;
                };
                assertThat(code(results.get(i))).as("part " + i).isEqualTo(Optional.ofNullable(expected));
            }
            assertThat(outcomes(results.get(7))
                            .getFirst()
                            .problem()
                            .orElseThrow()
                            .detail())
                    .contains("'Code'");
            assertThat(outcomes(results.get(31))
                            .getFirst()
                            .problem()
                            .orElseThrow()
                            .detail())
                    .isEqualTo("'Name' of this Shop.Customer must not be empty.");
            assertThat(outcomes(results.get(42))
                            .getFirst()
                            .problem()
                            .orElseThrow()
                            .detail())
                    .doesNotContain("secret");
            assertThat(store.value("SELECT count(*) FROM task WHERE title LIKE 't%'"))
                    .isEqualTo("25");
            assertThat(store.value("SELECT count(*) FROM orders WHERE code LIKE 'c%'"))
                    .isEqualTo("29");
        }

        @Test
        void a_unique_value_that_an_earlier_operation_frees_may_be_taken() {
            UUID one = order("one");
            UUID two = order("two");
            store.run("UPDATE orders SET code = 'A' WHERE id = '" + one + "'");
            store.run("UPDATE orders SET code = 'B' WHERE id = '" + two + "'");

            List<PartResult> results = apply(
                    first(update(ORDER, one, null, set(ORDER, "Code", "free"))),
                    first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "A"))),
                    first(delete(ORDER, two, null)),
                    first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "B"))),
                    first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "A"))));

            assertThat(kinds(results)).containsExactly(CONFLICT, REJECTED, APPLIED, APPLIED, REJECTED);

            results = apply(
                    first(write(
                            new Change.Update(ORDER, one, Optional.empty(), List.of(set(ORDER, "Code", "free"))),
                            ConflictPolicy.LAST_WINS)),
                    first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "A"))),
                    first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Code", "A"))));

            assertThat(kinds(results)).containsExactly(APPLIED, APPLIED, REJECTED);
        }

        @Test
        void inv_5_a_failure_that_is_no_refusal_leaves_nothing_of_the_group_and_is_no_matter_of_time() {
            store.run("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN PERFORM * FROM no_such_table; RETURN NEW; END'");
            store.run("CREATE TRIGGER broken BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION broken()");
            PartWork fine = first(creation(ORDER, UUID.randomUUID()));
            PartWork culprit = first(creation(NOTE, UUID.randomUUID()), creation(ORDER, UUID.randomUUID()));

            assertThatThrownBy(() -> apply(fine, culprit)).isNotInstanceOf(StoreNotReady.class);
            assertThat(store.value("SELECT count(*) FROM task")).isEqualTo("0");
            assertThat(store.value("SELECT count(*) FROM tidegate.lane")).isEqualTo("0");

            assertThat(apply(fine, culprit.atLast()))
                    .extracting(GroupsTest::outcomes)
                    .containsExactly(
                            List.of(OperationOutcome.applied(0)),
                            List.of(OperationOutcome.givenUp(0), OperationOutcome.applied(1)));
        }

        @Test
        void an_atomic_part_that_is_spoilt_takes_no_other_part_with_it() {
            UUID id = order("old");
            UUID made = UUID.randomUUID();

            List<PartResult> results = apply(
                    first(lastWins(id, "one")),
                    partOf(
                            lane(),
                            0,
                            1,
                            true,
                            lastWins(id, "two"),
                            creation(ORDER, made),
                            titled(UUID.randomUUID(), null, "x")),
                    first(creation(NOTE, UUID.randomUUID(), refer("Note_Order", made))),
                    partOf(lane(), 0, 1, true, creation(ORDER, UUID.randomUUID()), titled(id, version(id), "stale")));

            assertThat(kinds(results))
                    .containsExactly(APPLIED, REJECTED, REJECTED, REJECTED, REJECTED, REJECTED, CONFLICT);
            assertThat(title(id)).isEqualTo("one");
            assertThat(store.value("SELECT count(*) FROM task")).isEqualTo("1");
            assertThat(store.value("SELECT count(*) FROM tidegate.lane WHERE position = 1"))
                    .isEqualTo("4");
        }

        @Test
        void inv_4_a_deferred_constraint_rejects_its_operation_and_no_other() {
            store.run("CREATE TABLE ledger (id int PRIMARY KEY)");
            store.run("ALTER TABLE orders ADD CONSTRAINT in_ledger FOREIGN KEY (level) REFERENCES ledger "
                    + "DEFERRABLE INITIALLY DEFERRED");

            assertThat(kinds(apply(
                            first(creation(ORDER, UUID.randomUUID())),
                            first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Level", 9))),
                            first(creation(ORDER, UUID.randomUUID(), set(ORDER, "Level", null))))))
                    .containsExactly(APPLIED, REJECTED, APPLIED);
        }
    }

    @Nested
    class OneObject {
        @Test
        void the_last_wins_in_the_order_of_the_group() {
            UUID id = order("old");

            assertThat(kinds(apply(
                            first(lastWins(id, "1"), lastWins(id, "2")),
                            first(update(ORDER, id, "no version", set(ORDER, "Title", "3"))),
                            first(lastWins(id, "4")),
                            first(lastWins(id, "5")))))
                    .containsExactly(APPLIED, APPLIED, CONFLICT, APPLIED, APPLIED);
            assertThat(title(id)).isEqualTo("5");
        }

        @Test
        void inv_23_a_change_by_a_second_client_is_a_conflict_to_the_third_and_to_the_first_afterwards() {
            UUID id = order("old");
            UUID who = customer();
            String base = version(id);
            String xmin = store.value("SELECT xmin FROM customer");
            LaneId ada = lane();
            LaneId bob = lane();

            assertThat(kinds(apply(
                            partOf(ada, 0, 1, false, titled(id, base, "ada"), named(who, xmin, "ada")),
                            partOf(bob, 0, 1, false, lastWins(id, "bob"), lastNamed(who, "bob")),
                            first(titled(id, base, "eve"), named(who, xmin, "eve")))))
                    .containsExactly(APPLIED, APPLIED, APPLIED, APPLIED, CONFLICT, CONFLICT);

            assertThat(kinds(apply(
                            partOf(ada, 1, 2, false, titled(id, base, "ada"), named(who, xmin, "ada")),
                            partOf(bob, 1, 2, false, titled(id, base, "bob"), named(who, xmin, "bob")))))
                    .containsExactly(CONFLICT, CONFLICT, CONFLICT, CONFLICT);
            assertThat(title(id)).isEqualTo("bob");
        }

        private static Step.Write lastNamed(UUID id, String name) {
            return write(
                    new Change.Update(CUSTOMER, id, Optional.empty(), List.of(set(CUSTOMER, "Name", name))),
                    ConflictPolicy.LAST_WINS);
        }

        @Test
        void own_changes_are_no_conflict_whatever_others_do_to_other_objects() {
            UUID id = order("old");
            UUID who = customer();
            String base = version(id);
            String xmin = store.value("SELECT xmin FROM customer");
            LaneId ada = lane();

            assertThat(kinds(apply(
                            partOf(
                                    ada,
                                    0,
                                    1,
                                    false,
                                    titled(id, base, "1"),
                                    titled(id, base, "2"),
                                    named(who, xmin, "1")),
                            first(creation(ORDER, UUID.randomUUID())),
                            first(creation(CUSTOMER, UUID.randomUUID(), set(CUSTOMER, "Name", "x"))))))
                    .containsOnly(APPLIED);
            assertThat(kinds(apply(partOf(ada, 1, 2, false, titled(id, base, "3"), named(who, xmin, "3")))))
                    .containsOnly(APPLIED);
        }

        @Test
        void what_another_client_brings_about_by_a_trigger_is_a_conflict() {
            UUID id = order("old");
            store.run("CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN UPDATE task SET due_at = now() WHERE id = NEW.order_id; RETURN NEW; END'");
            store.run("CREATE TRIGGER bump AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION bump()");
            String base = version(id);
            LaneId ada = lane();

            assertThat(kinds(apply(
                            partOf(ada, 0, 1, false, titled(id, base, "1")),
                            first(creation(NOTE, UUID.randomUUID(), refer("Note_Order", id))))))
                    .containsOnly(APPLIED);

            assertThat(kinds(apply(partOf(ada, 1, 2, false, titled(id, base, "2")))))
                    .containsExactly(CONFLICT);
        }

        @Test
        void a_delete_by_one_is_seen_by_the_next() {
            UUID id = order("old");

            List<PartResult> results = apply(
                    first(delete(ORDER, id, null)),
                    first(delete(ORDER, id, null)),
                    first(lastWins(id, "x")),
                    first(creation(NOTE, UUID.randomUUID(), refer("Note_Order", id))),
                    first(creation(ORDER, id, set(ORDER, "Title", "again"))));

            assertThat(kinds(results)).containsExactly(APPLIED, APPLIED, REJECTED, REJECTED, APPLIED);
            assertThat(title(id)).isEqualTo("again");
        }
    }

    @Nested
    class Others {
        @Test
        void references_reach_what_an_earlier_part_has_made_and_not_what_a_later_one_makes() {
            UUID buyer = UUID.randomUUID();
            UUID later = UUID.randomUUID();

            List<PartResult> results = apply(
                    first(creation(CUSTOMER, buyer, set(CUSTOMER, "Name", "A"))),
                    first(creation(ORDER, UUID.randomUUID(), refer("Order_Customer", later))),
                    first(creation(ORDER, UUID.randomUUID(), refer("Order_Customer", buyer))),
                    first(creation(CUSTOMER, later, set(CUSTOMER, "Name", "B"))));

            assertThat(kinds(results)).containsExactly(APPLIED, REJECTED, APPLIED, APPLIED);
            assertThat(code(results.get(1))).contains(ProblemCode.DANGLING_REFERENCE);
        }

        @Test
        void reference_sets_and_circles_are_written_within_a_group() {
            store.run("INSERT INTO tag VALUES (1), (2)");
            UUID one = UUID.randomUUID();
            UUID two = UUID.randomUUID();
            UUID three = order("three");

            assertThat(kinds(apply(
                            first(
                                    creation(ORDER, one, refer("Task_Parent", two)),
                                    creation(ORDER, two, refer("Task_Parent", one))),
                            first(update(
                                    ORDER,
                                    three,
                                    version(three),
                                    new MemberValue.Targets(end("Order_Tag"), List.of(1L, 2L)))),
                            first(lastWins(one, "one")))))
                    .containsOnly(APPLIED);

            assertThat(store.value("SELECT count(*) FROM order_tag")).isEqualTo("2");
            assertThat(title(one)).isEqualTo("one");
        }

        @Test
        void inv_4_groups_that_change_the_same_objects_in_opposite_orders_do_not_deadlock() {
            List<UUID> ids =
                    IntStream.range(0, 30).mapToObj(i -> order("o" + i)).toList();
            List<Uni<List<PartResult>>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                List<UUID> order = i % 2 == 0 ? ids : ids.reversed();
                String title = "t" + i;
                all.add(writer.apply(order.stream()
                        .map(id -> first(
                                lastWins(id, title),
                                // In a second wave, whose objects come before some of the first.
                                creation(ORDER, UUID.randomUUID(), refer("Task_Parent", id)),
                                lastWins(id, title + "b"),
                                lastWins(order.getFirst(), title)))
                        .toList()));
            }

            List<List<PartResult>> results =
                    Uni.join().all(all).andFailFast().await().atMost(Duration.ofSeconds(60));

            assertThat(results).allSatisfy(result -> assertThat(kinds(result)).containsOnly(APPLIED));
            assertThat(store.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                    .isEqualTo("0");
        }

        @Test
        void inv_4_a_right_that_is_withdrawn_while_the_lock_is_waited_for_is_not_used() throws SQLException {
            writer = writer((_, _, holds, _) ->
                    holds[0] ? Optional.empty() : Optional.of(Violation.of(ProblemCode.ACCESS_DENIED, "No.")));
            Grant mine = new Grant(
                    new Condition.Compare(
                            new Member.OfAttribute(
                                    ORDER, MODEL.attribute(ORDER, "Title").orElseThrow(), 0),
                            Condition.Comparator.EQUAL,
                            new Value.CurrentUserName()),
                    MemberSet.all(),
                    MemberSet.all(),
                    true,
                    true);
            UUID withdrawn = order("ada");
            UUID kept = order("ada");
            UUID theirs = order("bob");
            try (Connection other = store.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE task SET title = 'bob' WHERE id = '" + withdrawn + "'");
                Uni<List<PartResult>> waiting = writer.apply(List.of(withdrawn, kept, theirs).stream()
                                .map(id -> first(new Step.Write(
                                        new Change.Update(ORDER, id, Optional.empty(), List.of(set(ORDER, "Level", 1))),
                                        ConflictPolicy.LAST_WINS,
                                        List.of(mine))))
                                .toList())
                        .memoize()
                        .indefinitely();
                waiting.subscribe().with(_ -> {});
                WriterStore.awaitLockWaits(store, 1);
                other.commit();

                assertThat(kinds(waiting.await().atMost(Duration.ofSeconds(10))))
                        .containsExactly(REJECTED, APPLIED, REJECTED);
            }
            assertThat(store.value("SELECT id FROM orders WHERE level = 1")).isEqualTo(kept.toString());
        }
    }
}
