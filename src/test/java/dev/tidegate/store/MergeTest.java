package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.CONFLICT;
import static dev.tidegate.observation.Observation.Outcome.MERGED;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.TAG;
import static dev.tidegate.store.WriterChanges.end;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.refer;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberValue;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Store-protocol 24: an update upon a version that others have changed goes beside their changes, unless they met the same member. */
class MergeTest {
    private final LaneId ada = new LaneId(UUID.randomUUID());
    private final LaneId bea = new LaneId(UUID.randomUUID());
    private final Map<LaneId, Long> positions = new HashMap<>();
    private MergeStore store;

    @BeforeEach
    void open() {
        store = new MergeStore().logged();
        store.database.run("INSERT INTO tag VALUES (1), (2), (3)");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Step.Write merge(EntityName entity, UUID id, @Nullable String base, MemberValue... members) {
        return write(new Change.Update(entity, id, Optional.ofNullable(base), List.of(members)), ConflictPolicy.MERGE);
    }

    private List<OperationOutcome> next(LaneId lane, Step.Todo... todos) {
        long at = positions.merge(lane, 1L, Long::sum);
        return ((PartResult.Applied) store.apply(List.of(partOf(lane, at - 1, at, false, todos)))
                        .getFirst())
                .outcomes();
    }

    private List<Outcome> kinds(Step.Todo... todos) {
        return next(ada, todos).stream().map(OperationOutcome::outcome).toList();
    }

    private @Nullable String order(UUID id) {
        return store.database.value(
                "SELECT concat_ws('|', title, cost, level, (SELECT string_agg(tag_id::text, ',' ORDER BY tag_id)"
                        + " FROM order_tag WHERE order_id = t.id)) FROM task t JOIN orders USING (id) WHERE id = '" + id
                        + "'");
    }

    @Test
    void changes_of_different_members_both_stay() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");

        assertThat(kinds(merge(ORDER, id, base, set(ORDER, "Level", 7)))).containsExactly(MERGED);
        assertThat(order(id)).isEqualTo("theirs|1|7");
    }

    @Test
    void the_same_member_is_a_conflict_that_names_it_and_nothing_is_written() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");

        OperationOutcome outcome = next(
                        ada, merge(ORDER, id, base, set(ORDER, "Title", "mine"), set(ORDER, "Level", 7)))
                .getFirst();

        assertThat(outcome.outcome()).isEqualTo(CONFLICT);
        assertThat(outcome.problem().orElseThrow().detail()).contains("among others its Title.");
        assertThat(outcome.current().orElseThrow().json()).containsEntry("version", store.version(id));
        assertThat(order(id)).isEqualTo("theirs|1");
    }

    @Test
    void upon_the_stored_version_it_is_plainly_applied() {
        UUID id = store.order("old");

        assertThat(kinds(merge(ORDER, id, store.version(id), set(ORDER, "Title", "mine"))))
                .containsExactly(APPLIED);
    }

    @Test
    void changes_in_the_table_of_the_specialization_count_too() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE orders SET level = 3 WHERE id = '" + id + "'");

        assertThat(kinds(
                        merge(ORDER, id, base, set(ORDER, "Title", "mine")),
                        merge(ORDER, id, base, set(ORDER, "Level", 4))))
                .containsExactly(MERGED, CONFLICT);
        assertThat(order(id)).isEqualTo("mine|1|3");
    }

    @Test
    void what_was_written_without_being_changed_is_no_difference() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE task SET title = title WHERE id = '" + id + "'");

        assertThat(kinds(merge(ORDER, id, base, set(ORDER, "Title", "mine")))).containsExactly(MERGED);
    }

    @Test
    void own_changes_before_and_amid_those_of_others_are_no_conflict() {
        UUID id = store.order("old");
        String base = store.version(id);

        assertThat(kinds(merge(ORDER, id, base, set(ORDER, "Title", "1")))).containsExactly(APPLIED);
        store.database.run("UPDATE orders SET cost = 5 WHERE id = '" + id + "'");
        assertThat(kinds(merge(ORDER, id, base, set(ORDER, "Title", "2")))).containsExactly(MERGED);
        store.database.run("UPDATE orders SET cost = 6 WHERE id = '" + id + "'");
        assertThat(kinds(
                        merge(ORDER, id, base, set(ORDER, "Title", "3"), set(ORDER, "Level", 1)),
                        merge(ORDER, id, base, set(ORDER, "Level", 2))))
                .containsExactly(MERGED, MERGED);
        assertThat(order(id)).isEqualTo("3|6|2");
        assertThat(kinds(merge(ORDER, id, base, set(ORDER, "Cost", null)))).containsExactly(CONFLICT);
    }

    @Test
    void two_clients_of_one_group_meet_in_their_order() {
        UUID id = store.order("old");
        String base = store.version(id);

        List<PartResult> results = store.apply(List.of(
                partOf(ada, 0, 1, false, merge(ORDER, id, base, set(ORDER, "Title", "ada's"))),
                partOf(
                        bea,
                        0,
                        1,
                        false,
                        merge(ORDER, id, base, set(ORDER, "Level", 8)),
                        merge(ORDER, id, base, set(ORDER, "Title", "bea's")))));

        assertThat(results)
                .flatExtracting(result -> ((PartResult.Applied) result).outcomes())
                .extracting(OperationOutcome::outcome)
                .containsExactly(APPLIED, MERGED, CONFLICT);
        assertThat(order(id)).isEqualTo("ada's|1|8");
    }

    @Test
    void without_a_base_the_own_create_is_the_base() {
        UUID id = UUID.randomUUID();
        assertThat(kinds(WriterChanges.creation(ORDER, id, set(ORDER, "Title", "mine"))))
                .containsExactly(APPLIED);
        store.database.run("UPDATE orders SET level = 3 WHERE id = '" + id + "'");

        assertThat(kinds(
                        merge(ORDER, id, null, set(ORDER, "Title", "mine again")),
                        merge(ORDER, id, null, set(ORDER, "Level", 4))))
                .containsExactly(MERGED, CONFLICT);
        assertThat(kinds(merge(ORDER, store.order("theirs"), null, set(ORDER, "Title", "x"))))
                .containsExactly(CONFLICT);
    }

    @Test
    void elements_of_a_set_meet_one_by_one() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("INSERT INTO order_tag VALUES ('" + id + "', 1)");

        assertThat(kinds(
                        merge(ORDER, id, base, set(ORDER, "Title", "mine")),
                        merge(ORDER, id, base, new MemberValue.TargetsEdit(end("Order_Tag"), List.of(2L), List.of(3L))),
                        merge(ORDER, id, base, new MemberValue.TargetsEdit(end("Order_Tag"), List.of(), List.of(1L))),
                        merge(ORDER, id, base, new MemberValue.Targets(end("Order_Tag"), List.of(3L)))))
                .containsExactly(MERGED, MERGED, CONFLICT, CONFLICT);
        assertThat(order(id)).isEqualTo("mine|1|1,2");
    }

    @Test
    void a_reference_is_a_member_like_others() {
        UUID order = store.order("old");
        UUID id = store.note("old");
        String base = store.version(id);
        store.database.run("UPDATE note SET order_id = '" + order + "' WHERE id = '" + id + "'");
        String between = store.version(id);
        store.database.run("UPDATE note SET text = 'theirs' WHERE id = '" + id + "'");

        assertThat(kinds(
                        merge(NOTE, id, between, refer("Note_Order", null)),
                        merge(NOTE, id, base, refer("Note_Order", order))))
                .containsExactly(MERGED, CONFLICT);
    }

    @Test
    void without_a_version_column_the_log_knows_versions_too() {
        UUID id = store.note("old");
        store.database.run("UPDATE note SET text = 'seen' WHERE id = '" + id + "'");
        String base = store.version(id);
        UUID order = store.order("o");
        store.database.run("UPDATE note SET order_id = '" + order + "' WHERE id = '" + id + "'");

        assertThat(kinds(merge(NOTE, id, base, set(NOTE, "Text", "mine")))).containsExactly(MERGED);
        assertThat(kinds(merge(NOTE, id, base, set(NOTE, "Text", "mine too")))).containsExactly(MERGED);
        store.database.run("UPDATE note SET text = 'theirs' WHERE id = '" + id + "'");
        assertThat(kinds(merge(NOTE, id, base, set(NOTE, "Text", "lost")))).containsExactly(CONFLICT);
    }

    @Test
    void a_delete_is_a_conflict_if_anything_changed() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");

        assertThat(kinds(write(new Change.Delete(ORDER, id, Optional.ofNullable(base)), ConflictPolicy.MERGE)))
                .containsExactly(CONFLICT);
        assertThat(kinds(write(
                        new Change.Delete(ORDER, id, Optional.ofNullable(store.version(id))), ConflictPolicy.MERGE)))
                .containsExactly(APPLIED);
    }

    @Test
    void what_the_log_cannot_tell_is_a_conflict() {
        UUID id = store.order("old");
        String base = store.version(id);
        store.database.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
        store.database.run("ALTER TABLE task DISABLE TRIGGER tidegate_log_update");
        store.database.run("UPDATE orders SET level = 1 WHERE id = '" + id + "'");
        store.logged();

        OperationOutcome outcome =
                next(ada, merge(ORDER, id, base, set(ORDER, "Cost", null))).getFirst();
        assertThat(outcome.outcome()).isEqualTo(CONFLICT);
        assertThat(outcome.problem().orElseThrow().detail()).contains("what of it is not known any more");
        String fresh = store.version(id);
        store.database.run("UPDATE orders SET level = 2 WHERE id = '" + id + "'");
        assertThat(kinds(merge(ORDER, id, fresh, set(ORDER, "Title", "mine")))).containsExactly(MERGED);
    }

    @Test
    void an_object_deleted_and_made_again_is_another_one() {
        UUID id = store.note("old");
        store.database.run("UPDATE note SET text = 'seen' WHERE id = '" + id + "'");
        String base = store.version(id);
        store.database.run("DELETE FROM note WHERE id = '" + id + "'");
        store.database.run("INSERT INTO note (id, text) VALUES ('" + id + "', 'seen')");

        assertThat(kinds(merge(NOTE, id, base, refer("Note_Order", null)))).containsExactly(CONFLICT);
    }

    @Test
    void a_store_without_logs_has_conflicts_and_no_failures() {
        try (MergeStore bare = new MergeStore()) {
            UUID id = bare.order("old");
            String base = bare.version(id);
            bare.database.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");

            List<PartResult> results =
                    bare.apply(List.of(partOf(ada, 0, 1, false, merge(ORDER, id, base, set(ORDER, "Level", 7)))));

            assertThat(((PartResult.Applied) results.getFirst()).outcomes())
                    .extracting(OperationOutcome::outcome)
                    .containsExactly(CONFLICT);
        }
    }

    @Test
    void many_objects_are_merged_by_the_same_few_statements() {
        List<UUID> ids = Stream.generate(() -> store.order("old")).limit(40).toList();
        store.database.run("UPDATE task SET title = 'theirs'");

        Step.Todo[] todos = ids.stream()
                .map(id -> merge(ORDER, id, "1", set(ORDER, "Level", 7)))
                .toArray(Step.Todo[]::new);

        assertThat(kinds(todos)).hasSize(40).containsOnly(MERGED);
        assertThat(store.database.value(
                        "SELECT count(*) FROM task JOIN orders USING (id) WHERE title = 'theirs' AND level = 7"))
                .isEqualTo("40");
    }

    @Test
    void ids_of_other_types_have_histories_too() {
        store.database.run("UPDATE tag SET label = 'seen' WHERE id = 1");
        String base = store.database.value("SELECT xmin::text FROM tag WHERE id = 1");
        store.database.run("UPDATE tag SET label = label WHERE id = 1");

        assertThat(kinds(write(
                        new Change.Update(TAG, 1L, Optional.ofNullable(base), List.of(set(TAG, "Label", "mine"))),
                        ConflictPolicy.MERGE)))
                .containsExactly(MERGED);
    }
}
