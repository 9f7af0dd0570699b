package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.CONFLICT;
import static dev.tidegate.observation.Observation.Outcome.REJECTED;
import static dev.tidegate.store.WriterChanges.CUSTOMER;
import static dev.tidegate.store.WriterChanges.FIELD;
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

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberValue;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The law of store-protocol.md on a real store; numbers are its invariants. */
class PgChangeWriterTest {
    private static Vertx vertx;

    private final LaneId lane = new LaneId(UUID.randomUUID());
    private TestDatabase store;
    private Pool pool;
    private PgChangeWriter writer;
    private long position;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void open() {
        store = WriterStore.create();
        pool = PgUploadQueueTest.pool(vertx, store, 8);
        PreparedStores prepared = new PreparedStores(MODEL, _ -> pool);
        writer = new PgChangeWriter(MODEL, (_, _, _, _) -> Optional.empty(), _ -> pool, prepared, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        pool.closeAndForget();
        store.close();
    }

    private PartResult apply(PartWork work) {
        return apply(List.of(work)).getFirst();
    }

    private List<PartResult> apply(List<PartWork> group) {
        return writer.apply(group).await().atMost(Duration.ofSeconds(40));
    }

    private Uni<PartResult> applying(PartWork work) {
        return writer.apply(List.of(work)).map(List::getFirst);
    }

    private PartWork part(long previous, long at, boolean atomic, Step.Todo... todos) {
        return partOf(lane, previous, at, atomic, todos);
    }

    private List<OperationOutcome> outcomes(PartResult result) {
        return ((PartResult.Applied) result).outcomes();
    }

    /** The client's next batch. */
    private List<OperationOutcome> next(Step.Todo... todos) {
        return outcomes(apply(part(position, ++position, false, todos)));
    }

    private List<Observation.Outcome> nextKinds(Step.Todo... todos) {
        return next(todos).stream().map(OperationOutcome::outcome).toList();
    }

    private ProblemCode nextCode(Step.Todo todo) {
        return next(todo).getFirst().problem().orElseThrow().code();
    }

    private UUID customer() {
        UUID id = UUID.randomUUID();
        store.run("INSERT INTO customer VALUES ('" + id + "', 'C')");
        return id;
    }

    private UUID order(String title) {
        UUID id = UUID.randomUUID();
        writer.prepare(FIELD).await().atMost(Duration.ofSeconds(10));
        store.run("INSERT INTO task (id, kind, title) VALUES ('" + id + "', 'Shop.Order', '" + title + "')");
        store.run("INSERT INTO orders (id, cost) VALUES ('" + id + "', 1)");
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

    @Nested
    class Claims {
        @Test
        void inv_1_a_part_is_applied_once_however_often_it_is_tried() {
            UUID id = UUID.randomUUID();
            PartWork part = part(0, 1, false, creation(ORDER, id), creation(ORDER, id));

            PartResult first = apply(part);
            PartResult second = apply(part);

            assertThat(first)
                    .isInstanceOfSatisfying(
                            PartResult.Applied.class,
                            it -> assertThat(it.before()).isFalse());
            assertThat(second).isEqualTo(new PartResult.Applied(outcomes(first), true));
            assertThat(store.value("SELECT count(*) FROM tidegate.applied")).isEqualTo("2");
        }

        @Test
        void inv_1_a_part_does_not_overtake_the_one_before_it() {
            UUID id = order("old");
            PartWork late = part(
                    1,
                    2,
                    false,
                    write(
                            new Change.Update(ORDER, id, Optional.empty(), List.of(set(ORDER, "Title", "two"))),
                            ConflictPolicy.LAST_WINS));

            assertThat(apply(late)).isEqualTo(new PartResult.Astray(0));
            assertThat(title(id)).isEqualTo("old");

            next(titled(id, version(id), "one"));
            apply(late);
            assertThat(title(id)).isEqualTo("two");
        }

        @Test
        void inv_1_many_at_once_apply_a_part_once() {
            UUID id = order("x");
            store.run("CREATE TABLE seen (title text)");
            store.run("CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN INSERT INTO seen VALUES (NEW.title); RETURN NEW; END'");
            store.run("CREATE TRIGGER see AFTER UPDATE ON task FOR EACH ROW EXECUTE FUNCTION see()");
            PartWork part = part(0, 1, false, titled(id, version(id), "one"));
            List<Uni<PartResult>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(applying(part));
            }

            List<PartResult> results = Uni.join().all(all).andFailFast().await().atMost(Duration.ofSeconds(30));

            assertThat(results)
                    .filteredOn(result -> result instanceof PartResult.Applied applied && !applied.before())
                    .hasSize(1);
            assertThat(store.column("SELECT title FROM seen")).containsExactly("one");
        }

        @Test
        void inv_1_rejected_batches_claim_too() {
            apply(part(0, 1, false, new Step.Keep(OperationOutcome.rejected(0, ProblemCode.ACCESS_DENIED, "No."))));

            assertThat(store.value("SELECT position FROM tidegate.lane")).isEqualTo("1");
            assertThat(store.value("SELECT outcome FROM tidegate.applied")).isEqualTo("rejected");
        }
    }

    @Nested
    class Writing {
        @Test
        void a_create_writes_every_table_of_the_hierarchy_and_every_kind_of_member() {
            UUID id = UUID.randomUUID();
            UUID buyer = customer();
            store.run("INSERT INTO tag VALUES (1), (2), (3)");

            assertThat(next(creation(
                            ORDER,
                            id,
                            set(ORDER, "Title", "Pump"),
                            set(ORDER, "DueAt", Instant.parse("2026-11-20T08:15:00Z")),
                            set(ORDER, "Cost", new BigDecimal("12.50")),
                            set(ORDER, "Level", 7),
                            refer("Order_Customer", buyer),
                            new MemberValue.Targets(end("Order_Tag"), List.of(1L, 2L)))))
                    .containsExactly(OperationOutcome.applied(0));

            assertThat(store.value(
                            "SELECT concat_ws('|', kind, title, due_at AT TIME ZONE 'UTC', cost, level, number, customer_id, "
                                    + "row_version) FROM task JOIN orders USING (id)"))
                    .startsWith("Shop.Order|Pump|2026-11-20 08:15:00|12.50|7|1|" + buyer + "|");
            assertThat(store.column("SELECT tag_id FROM order_tag ORDER BY 1")).containsExactly("1", "2");

            next(update(ORDER, id, null, new MemberValue.TargetsEdit(end("Order_Tag"), List.of(3L, 2L), List.of(1L))));
            assertThat(store.column("SELECT tag_id FROM order_tag ORDER BY 1")).containsExactly("2", "3");
        }

        @Test
        void bytes_are_written_as_they_are() {
            UUID id = UUID.randomUUID();

            next(creation(
                    CUSTOMER, id, set(CUSTOMER, "Name", "A"), set(CUSTOMER, "Photo", new byte[] {1, 0, (byte) 0xFF})));

            assertThat(store.value("SELECT encode(photo, 'hex') FROM customer")).isEqualTo("0100ff");
        }

        @Test
        void inv_6_a_create_never_upserts() {
            UUID id = order("kept");

            assertThat(nextCode(creation(ORDER, id, set(ORDER, "Title", "lost"))))
                    .isEqualTo(ProblemCode.OBJECT_EXISTS);
            assertThat(nextCode(creation(TASK, id))).isEqualTo(ProblemCode.OBJECT_EXISTS);
            assertThat(title(id)).isEqualTo("kept");
        }

        @Test
        void inv_4_what_a_constraint_refuses_rejects_one_operation_and_nothing_else() {
            UUID first = UUID.randomUUID();
            UUID second = UUID.randomUUID();
            UUID third = UUID.randomUUID();

            List<OperationOutcome> outcomes = next(
                    creation(ORDER, first, set(ORDER, "Code", "A")),
                    creation(ORDER, second, set(ORDER, "Code", "A")),
                    creation(ORDER, third, set(ORDER, "Level", 500)),
                    creation(CUSTOMER, third),
                    creation(ORDER, second, set(ORDER, "Code", "B")));

            assertThat(outcomes)
                    .extracting(OperationOutcome::outcome)
                    .containsExactly(APPLIED, REJECTED, REJECTED, REJECTED, APPLIED);
            assertThat(outcomes.get(1).problem().orElseThrow().code()).isEqualTo(ProblemCode.NOT_UNIQUE);
            assertThat(outcomes.get(1).problem().orElseThrow().detail()).contains("'Code'");
            assertThat(outcomes.get(2).problem().orElseThrow().code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
            assertThat(outcomes.get(3).problem().orElseThrow().detail())
                    .isEqualTo("'Name' of this Shop.Customer must not be empty.");
        }

        @Test
        void inv_4_a_deferred_constraint_rejects_its_operation_too() {
            store.run("CREATE TABLE ledger (id int PRIMARY KEY)");
            store.run("ALTER TABLE orders ADD CONSTRAINT in_ledger FOREIGN KEY (level) REFERENCES ledger "
                    + "DEFERRABLE INITIALLY DEFERRED");
            UUID fine = UUID.randomUUID();

            assertThat(nextKinds(creation(ORDER, UUID.randomUUID(), set(ORDER, "Level", 9)), creation(ORDER, fine)))
                    .containsExactly(REJECTED, APPLIED);
        }

        @Test
        void a_reference_into_nothing_is_dangling() {
            UUID id = UUID.randomUUID();

            assertThat(nextCode(creation(ORDER, id, refer("Order_Customer", UUID.randomUUID()))))
                    .isEqualTo(ProblemCode.DANGLING_REFERENCE);
            assertThat(store.value("SELECT count(*) FROM task")).isEqualTo("0");
        }

        @Test
        void an_object_of_another_entity_is_not_written() {
            UUID id = order("kept");

            assertThat(nextCode(update(TASK, id, null, set(TASK, "Title", "x"))))
                    .isEqualTo(ProblemCode.WRONG_ENTITY);
            assertThat(nextCode(delete(TASK, id, null))).isEqualTo(ProblemCode.WRONG_ENTITY);
            assertThat(title(id)).isEqualTo("kept");
        }

        @Test
        void an_update_of_nothing_is_rejected_and_a_delete_of_nothing_is_fine() {
            assertThat(nextCode(titled(UUID.randomUUID(), null, "x"))).isEqualTo(ProblemCode.NO_SUCH_OBJECT);
            assertThat(nextKinds(delete(ORDER, UUID.randomUUID(), null))).containsExactly(APPLIED);
        }

        @Test
        void creates_that_refer_to_later_ones_or_to_each_other_or_to_themselves_resolve() {
            UUID first = UUID.randomUUID();
            UUID second = UUID.randomUUID();
            UUID self = UUID.randomUUID();
            UUID note = UUID.randomUUID();

            assertThat(nextKinds(
                            creation(NOTE, note, refer("Note_Order", first)),
                            creation(ORDER, first, refer("Task_Parent", second)),
                            creation(ORDER, second, refer("Task_Parent", first)),
                            creation(TASK, self, refer("Task_Parent", self))))
                    .containsOnly(APPLIED);

            assertThat(store.value("SELECT parent_id FROM task WHERE id = '" + first + "'"))
                    .isEqualTo(second.toString());
            assertThat(store.value("SELECT parent_id FROM task WHERE id = '" + second + "'"))
                    .isEqualTo(first.toString());
            assertThat(store.value("SELECT parent_id FROM task WHERE id = '" + self + "'"))
                    .isEqualTo(self.toString());
            assertThat(store.value("SELECT order_id FROM note")).isEqualTo(first.toString());
            assertThat(nextKinds(titled(first, null, "x"), update(TASK, self, null, set(TASK, "Title", "y"))))
                    .containsOnly(APPLIED);
        }

        @Test
        void one_that_cannot_be_created_takes_only_those_that_refer_to_it_with_it() {
            UUID first = UUID.randomUUID();
            UUID second = UUID.randomUUID();
            UUID third = UUID.randomUUID();

            List<OperationOutcome> outcomes = next(
                    creation(ORDER, first, refer("Task_Parent", second)),
                    creation(ORDER, second, refer("Task_Parent", first), set(ORDER, "Level", 500)),
                    creation(ORDER, third));

            assertThat(outcomes)
                    .extracting(outcome -> outcome.problem().map(problem -> problem.code()))
                    .containsExactly(
                            Optional.of(ProblemCode.DANGLING_REFERENCE),
                            Optional.of(ProblemCode.VALIDATION_FAILED),
                            Optional.empty());
            assertThat(store.column("SELECT id FROM task")).containsExactly(third.toString());
        }

        @Test
        void an_operation_that_fails_for_good_takes_no_other_with_it_at_the_last_attempt() {
            UUID id = UUID.randomUUID();
            store.run("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN PERFORM * FROM no_such_table; RETURN NEW; END'");
            store.run("CREATE TRIGGER broken BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION broken()");

            List<OperationOutcome> outcomes =
                    outcomes(apply(part(0, 1, false, creation(NOTE, UUID.randomUUID()), creation(ORDER, id))
                            .atLast()));

            assertThat(outcomes).containsExactly(OperationOutcome.givenUp(0), OperationOutcome.applied(1));
        }

        @Test
        void a_spoilt_atomic_part_leaves_nothing_but_its_claim() {
            UUID id = UUID.randomUUID();

            List<OperationOutcome> outcomes = outcomes(apply(part(
                    0,
                    1,
                    true,
                    creation(ORDER, id),
                    titled(UUID.randomUUID(), null, "x"),
                    creation(ORDER, UUID.randomUUID()))));

            assertThat(outcomes)
                    .extracting(outcome -> outcome.problem().orElseThrow().code())
                    .containsExactly(ProblemCode.BATCH_FAILED, ProblemCode.NO_SUCH_OBJECT, ProblemCode.BATCH_FAILED);
            assertThat(store.value("SELECT count(*) FROM task")).isEqualTo("0");
            assertThat(store.value("SELECT position FROM tidegate.lane")).isEqualTo("1");
        }
    }

    @Nested
    class Deleting {
        @Test
        void a_delete_cascades_keeps_and_takes_the_pairs_with_it() {
            UUID id = order("parent");
            UUID child = order("child");
            store.run("UPDATE task SET parent_id = '" + id + "' WHERE id = '" + child + "'");
            store.run("INSERT INTO note VALUES (gen_random_uuid(), 'n', '" + id + "')");
            store.run("INSERT INTO tag VALUES (1)");
            store.run("INSERT INTO order_tag VALUES ('" + id + "', 1)");

            assertThat(nextKinds(delete(ORDER, id, null))).containsExactly(APPLIED);

            assertThat(store.column("SELECT concat(id, parent_id) FROM task")).containsExactly(child.toString());
            assertThat(store.value("SELECT count(*) FROM note")).isEqualTo("0");
            assertThat(store.value("SELECT count(*) FROM order_tag")).isEqualTo("0");
        }

        @Test
        void a_cascade_deletes_what_can_not_do_without_its_reference() {
            UUID id = order("parent");
            store.run("ALTER TABLE note ALTER COLUMN order_id SET NOT NULL");
            store.run("INSERT INTO note VALUES (gen_random_uuid(), 'n', '" + id + "')");

            assertThat(nextKinds(delete(ORDER, id, null))).containsExactly(APPLIED);

            assertThat(store.value("SELECT count(*) FROM note")).isEqualTo("0");
        }

        @Test
        void what_an_own_delete_makes_of_other_objects_is_no_conflict() {
            UUID parent = order("parent");
            UUID child = order("child");
            store.run("UPDATE task SET parent_id = '" + parent + "' WHERE id = '" + child + "'");
            String base = version(child);

            assertThat(nextKinds(delete(ORDER, parent, null), titled(child, base, "1")))
                    .containsExactly(APPLIED, APPLIED);
            assertThat(nextKinds(titled(child, base, "2"))).containsExactly(APPLIED);
            store.run("UPDATE task SET title = 'theirs' WHERE id = '" + child + "'");
            assertThat(nextKinds(titled(child, base, "3"))).containsExactly(CONFLICT);
        }

        @Test
        void what_an_own_delete_made_of_other_objects_is_remembered_over_batches() {
            UUID parent = order("parent");
            UUID child = order("child");
            store.run("UPDATE task SET parent_id = '" + parent + "' WHERE id = '" + child + "'");
            String base = version(child);

            next(delete(ORDER, parent, null));

            assertThat(nextKinds(titled(child, base, "1"))).containsExactly(APPLIED);
        }

        @Test
        void a_delete_is_prevented_while_something_refers_to_it() {
            UUID buyer = customer();
            UUID id = order("x");
            store.run("UPDATE orders SET customer_id = '" + buyer + "' WHERE id = '" + id + "'");

            assertThat(nextCode(delete(CUSTOMER, buyer, null))).isEqualTo(ProblemCode.DELETE_PREVENTED);
            assertThat(store.value("SELECT count(*) FROM customer")).isEqualTo("1");
        }
    }

    @Nested
    class Conflicts {
        @Test
        void a_change_upon_the_stored_version_is_written_and_one_upon_another_is_a_conflict() {
            UUID id = order("old");
            String base = version(id);

            store.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
            List<OperationOutcome> stale = next(titled(id, base, "mine"));

            assertThat(stale).extracting(OperationOutcome::outcome).containsExactly(CONFLICT);
            assertThat(stale.getFirst().problem().orElseThrow().code()).isEqualTo(ProblemCode.STALE);
            assertThat(stale.getFirst().current().orElseThrow().json())
                    .containsEntry("id", id.toString())
                    .containsEntry("entity", "Shop.Order")
                    .containsEntry("version", version(id));
            assertThat(title(id)).isEqualTo("theirs");
            assertThat(nextKinds(titled(id, version(id), "mine"))).containsExactly(APPLIED);
        }

        @Test
        void what_is_not_a_number_stands_as_empty_in_a_conflict() {
            UUID id = order("old");
            store.run("UPDATE orders SET cost = 'NaN' WHERE id = '" + id + "'");

            assertThat(next(titled(id, "0", "mine"))
                            .getFirst()
                            .current()
                            .orElseThrow()
                            .json())
                    .extractingByKey("attributes", org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("Cost", null);
        }

        @Test
        void inv_23_a_change_of_the_child_table_by_somebody_else_is_noticed() {
            UUID id = order("old");
            String base = version(id);

            store.run("UPDATE orders SET cost = 9 WHERE id = '" + id + "'");

            assertThat(nextKinds(titled(id, base, "mine"))).containsExactly(CONFLICT);
        }

        @Test
        void own_earlier_operations_are_never_a_conflict_in_one_batch_or_over_many() {
            UUID id = order("old");
            String base = version(id);

            assertThat(nextKinds(titled(id, base, "1"), titled(id, base, "2"))).containsExactly(APPLIED, APPLIED);
            assertThat(nextKinds(titled(id, base, "3"))).containsExactly(APPLIED);
            store.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
            assertThat(nextKinds(titled(id, base, "4"))).containsExactly(CONFLICT);
        }

        @Test
        void inv_23_two_operations_in_one_transaction_share_an_xmin_and_are_still_no_conflict() {
            UUID id = customer();
            String base = store.value("SELECT xmin FROM customer");

            assertThat(nextKinds(
                            update(CUSTOMER, id, base, set(CUSTOMER, "Name", "1")),
                            update(CUSTOMER, id, base, set(CUSTOMER, "Name", "2"))))
                    .containsExactly(APPLIED, APPLIED);
            assertThat(nextKinds(update(CUSTOMER, id, base, set(CUSTOMER, "Name", "3"))))
                    .containsExactly(APPLIED);
            store.run("UPDATE customer SET name = 'theirs'");
            assertThat(nextKinds(update(CUSTOMER, id, base, set(CUSTOMER, "Name", "4"))))
                    .containsExactly(CONFLICT);
        }

        @Test
        void without_a_base_only_what_this_client_alone_has_touched_is_not_stale() {
            UUID mine = UUID.randomUUID();
            UUID theirs = order("theirs");

            assertThat(nextKinds(creation(ORDER, mine), titled(mine, null, "1"), titled(theirs, null, "x")))
                    .containsExactly(APPLIED, APPLIED, CONFLICT);
            assertThat(nextKinds(titled(mine, null, "2"))).containsExactly(APPLIED);
        }

        @Test
        void a_trigger_of_the_store_that_touches_the_object_besides_breaks_no_chain() {
            UUID id = order("old");
            store.run(
                    "CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE task SET due_at = now() "
                            + "WHERE id = NEW.order_id; RETURN NEW; END'");
            store.run("CREATE TRIGGER bump AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION bump()");
            String base = version(id);

            assertThat(nextKinds(
                            titled(id, base, "1"),
                            creation(NOTE, UUID.randomUUID(), refer("Note_Order", id)),
                            titled(id, base, "2"),
                            creation(NOTE, UUID.randomUUID(), refer("Note_Order", id))))
                    .containsOnly(APPLIED);
            assertThat(nextKinds(titled(id, base, "3"))).containsExactly(APPLIED);
        }
    }

    @Nested
    class Neighbours {
        @Test
        void inv_4_parts_that_change_the_same_objects_in_opposite_orders_all_get_through() {
            UUID one = order("a");
            UUID two = order("b");
            List<Uni<PartResult>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                UUID first = i % 2 == 0 ? one : two;
                UUID second = i % 2 == 0 ? two : one;
                all.add(applying(partOf(
                        new LaneId(UUID.randomUUID()),
                        0,
                        1,
                        false,
                        write(
                                new Change.Update(ORDER, first, Optional.empty(), List.of(set(ORDER, "Level", i))),
                                ConflictPolicy.LAST_WINS),
                        write(
                                new Change.Update(ORDER, second, Optional.empty(), List.of(set(ORDER, "Level", i))),
                                ConflictPolicy.LAST_WINS))));
            }

            List<PartResult> results = Uni.join().all(all).andFailFast().await().atMost(Duration.ofSeconds(30));

            assertThat(results)
                    .allSatisfy(result -> assertThat(outcomes(result))
                            .extracting(OperationOutcome::outcome)
                            .containsOnly(APPLIED));
        }

        @Test
        void inv_4_a_change_is_judged_on_what_the_lock_waited_for() throws SQLException {
            UUID id = order("old");
            String base = version(id);
            try (Connection other = store.connect();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
                Uni<PartResult> waiting = applying(part(0, 1, false, titled(id, base, "mine")))
                        .memoize()
                        .indefinitely();
                waiting.subscribe().with(_ -> {});
                WriterStore.awaitLockWaits(store, 1);
                other.commit();

                assertThat(outcomes(waiting.await().atMost(Duration.ofSeconds(10))))
                        .extracting(OperationOutcome::outcome)
                        .containsExactly(CONFLICT);
            }
        }

        @Test
        void inv_8_other_writers_keep_writing_with_the_version_triggers_in_place() {
            UUID id = order("old");
            String before = version(id);
            store.run("INSERT INTO tag VALUES (1)");

            store.run("INSERT INTO order_tag VALUES ('" + id + "', 1)");

            assertThat(version(id)).isNotEqualTo(before);
        }
    }
}
