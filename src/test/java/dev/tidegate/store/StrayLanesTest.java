package dev.tidegate.store;

import static dev.tidegate.store.WriterChanges.FIELD;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.creation;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.refer;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.LaneId;
import dev.tidegate.observation.Observation;
import dev.tidegate.upload.Claim;
import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A store's lanes after one of the databases has lost what it had kept (store-protocol 22), on a real store. */
class StrayLanesTest extends OnWriterStore {
    private final LaneId ada = new LaneId(UUID.randomUUID());

    private PartResult apply(PartWork work) {
        return writer.apply(List.of(work))
                .await()
                .atMost(Duration.ofSeconds(30))
                .getFirst();
    }

    private static BatchId batch() {
        return new BatchId(UUID.randomUUID());
    }

    private PartWork part(BatchId batch, long previous, long at, Step.Todo... todos) {
        return part(batch, at, new Claim.Turn(previous, true), todos);
    }

    /** After the lane was found to stand where the queue does not have it. */
    private PartWork stray(BatchId batch, long previous, long at, long stands, Step.Todo... todos) {
        return part(batch, at, new Claim.Turn(previous, true, Optional.of(stands)), todos);
    }

    private PartWork part(BatchId batch, long at, Claim claim, Step.Todo... todos) {
        return partIn(ada, at, batch, claim, todos);
    }

    private static Step.Write note(String text) {
        return creation(NOTE, UUID.randomUUID(), set(NOTE, "Text", text));
    }

    private static Step.Write forNobody() {
        return creation(NOTE, UUID.randomUUID(), refer("Note_Order", UUID.randomUUID()));
    }

    private List<@Nullable String> notes() {
        return store.column("SELECT text FROM note ORDER BY text");
    }

    private @Nullable String position() {
        return store.value("SELECT position FROM tidegate.lane WHERE lane = '" + ada + "'");
    }

    private static List<Observation.Outcome> kinds(PartResult result) {
        return ((PartResult.Applied) result)
                .outcomes().stream().map(OperationOutcome::outcome).toList();
    }

    private static boolean before(PartResult result) {
        return ((PartResult.Applied) result).before();
    }

    /** Batches of a queue that nobody knows any more. */
    private void forgotten(long most) {
        for (long at = 1; at <= most; at++) {
            apply(part(batch(), at - 1, at, note("forgotten " + at)));
        }
    }

    @Test
    void inv_22_a_batch_is_not_taken_for_another_that_the_store_has_at_its_position() {
        forgotten(3);

        assertThat(apply(part(batch(), 0, 1, note("new")))).isEqualTo(new PartResult.Astray(3));
        assertThat(apply(part(batch(), 2, 3, note("new")))).isEqualTo(new PartResult.Astray(3));
        assertThat(notes()).containsExactly("forgotten 1", "forgotten 2", "forgotten 3");
    }

    @Test
    void inv_1_a_batch_is_still_known_when_others_of_its_lane_came_after_it() {
        BatchId first = batch();
        apply(part(first, 0, 1, note("one"), forNobody()));
        apply(part(batch(), 1, 2, note("two")));

        PartResult again = apply(part(first, 0, 1, note("one"), forNobody()));

        assertThat(before(again)).isTrue();
        assertThat(kinds(again)).containsExactly(Observation.Outcome.APPLIED, Observation.Outcome.PARKED);
        assertThat(notes()).containsExactly("one", "two");
    }

    /** While gateways of the version before are being replaced. */
    @Test
    void inv_1_what_was_applied_before_batches_were_kept_is_known_by_its_position() {
        BatchId second = batch();
        apply(part(batch(), 0, 1, note("one")));
        apply(part(second, 1, 2, note("two")));
        store.run("UPDATE tidegate.applied SET batch = NULL WHERE position = 2");
        store.run("UPDATE tidegate.lane SET batch = gen_random_uuid()");

        assertThat(before(apply(part(second, 1, 2, note("two"))))).isTrue();
    }

    @Test
    void inv_22_a_lane_that_is_put_right_goes_on_from_where_the_queue_has_it() {
        forgotten(3);
        BatchId first = batch();

        assertThat(before(apply(stray(first, 0, 1, 3, note("new 1"))))).isFalse();
        assertThat(position()).isEqualTo("1");
        assertThat(before(apply(part(first, 0, 1, note("new 1"))))).isTrue();
        apply(part(batch(), 1, 2, note("new 2")));

        assertThat(notes()).containsExactly("forgotten 1", "forgotten 2", "forgotten 3", "new 1", "new 2");
        assertThat(position()).isEqualTo("2");
    }

    @Test
    void inv_22_a_batch_that_was_applied_under_the_lost_history_is_known_when_it_is_sent_again() {
        BatchId known = batch();
        Step.Todo[] sent = {
            note("known"), forNobody(), update(ORDER, UUID.randomUUID(), null, set(ORDER, "Title", "of none"))
        };
        forgotten(1);
        apply(part(known, 1, 2, sent));
        apply(stray(batch(), 0, 1, 2, note("new")));

        PartResult again = apply(part(known, 1, 2, sent));

        assertThat(kinds(again))
                .containsExactly(Observation.Outcome.APPLIED, Observation.Outcome.PARKED, Observation.Outcome.REJECTED);
        assertThat(notes()).containsExactly("forgotten 1", "known", "new");
        assertThat(position()).isEqualTo("2");
    }

    @Test
    void inv_22_so_it_is_after_a_second_loss() {
        BatchId known = batch();
        apply(part(known, 0, 1, note("known")));
        apply(stray(batch(), 0, 1, 1, note("new")));
        apply(stray(batch(), 0, 1, 1, note("newer")));

        assertThat(kinds(apply(part(known, 1, 2, note("known"))))).containsExactly(Observation.Outcome.APPLIED);
        assertThat(notes()).containsExactly("known", "new", "newer");
    }

    @Test
    void inv_22_a_lane_that_has_moved_meanwhile_is_left_as_it_is() {
        forgotten(3);
        apply(part(batch(), 3, 4, note("four")));

        assertThat(apply(stray(batch(), 0, 1, 3, note("new")))).isEqualTo(new PartResult.Astray(4));
        assertThat(position()).isEqualTo("4");
    }

    @Test
    void inv_22_what_neither_database_has_any_more_is_passed_over() {
        assertThat(apply(part(batch(), 5, 6, note("six")))).isEqualTo(new PartResult.Astray(0));

        apply(stray(batch(), 5, 6, 0, note("six")));
        apply(part(batch(), 6, 7, note("seven")));

        assertThat(notes()).containsExactly("seven", "six");
        assertThat(position()).isEqualTo("7");
    }

    @Test
    void inv_22_what_is_parked_under_the_lost_history_holds_up_nobody() {
        UUID id = UUID.randomUUID();
        UUID nobody = UUID.randomUUID();
        apply(part(batch(), 0, 1, creation(ORDER, id, refer("Order_Customer", nobody))));
        apply(stray(batch(), 0, 1, 1, note("new")));

        assertThat(kinds(apply(part(batch(), 1, 2, creation(ORDER, id, set(ORDER, "Title", "mine"))))))
                .containsExactly(Observation.Outcome.APPLIED);
    }

    @Test
    void own_operations_of_the_lost_history_are_no_conflict() {
        UUID id = UUID.randomUUID();
        apply(part(batch(), 0, 1, creation(ORDER, id, set(ORDER, "Title", "a"))));
        String base = version(id);
        apply(part(batch(), 1, 2, update(ORDER, id, base, set(ORDER, "Title", "b"))));

        assertThat(kinds(apply(stray(batch(), 0, 1, 2, update(ORDER, id, base, set(ORDER, "Title", "c"))))))
                .containsExactly(Observation.Outcome.APPLIED);
    }

    private String version(UUID id) {
        return Objects.requireNonNull(store.value("SELECT row_version FROM task WHERE id = '" + id + "'"));
    }

    @Test
    void inv_22_what_is_applied_after_its_turn_is_known_as_long_as_the_store_has_it() {
        UUID order = UUID.randomUUID();
        Step.Write waiting = creation(NOTE, UUID.randomUUID(), refer("Note_Order", order));
        BatchId sent = batch();
        LatePlace ofQueue = new LatePlace(FIELD, ada, 1, 0, 1);
        LaneId inStore = ada.in(FIELD);
        apply(partIn(inStore, 1, sent, new Claim.Turn(0, true), waiting));
        assertThat(unknown(ofQueue)).containsExactly(ofQueue);

        store.run("INSERT INTO task (id, kind) VALUES ('" + order + "', 'Shop.Order')");
        store.run("INSERT INTO orders (id) VALUES ('" + order + "')");
        apply(partIn(inStore, 1, sent, new Claim.Late(Map.of(0, new Claim.Attempt(1, true, true))), waiting));

        assertThat(unknown(ofQueue)).isEmpty();
        assertThat(unknown(new LatePlace(FIELD, ada, 2, 0, 1))).isEmpty();
    }

    private List<LatePlace> unknown(LatePlace unit) {
        return writer.unknown(FIELD, List.of(unit)).await().atMost(Duration.ofSeconds(10));
    }

    private static PartWork partIn(LaneId lane, long at, BatchId batch, Claim claim, Step.Todo... todos) {
        PartWork part = partOf(lane, at, claim, false, todos);
        return new PartWork(
                part.store(), lane, at, batch, claim, part.caller(), false, part.steps(), part.hopeless(), false);
    }

    @Test
    void lanes_stand_where_they_have_committed() {
        forgotten(3);

        assertThat(writer.stands(FIELD, List.of(ada, new LaneId(UUID.randomUUID())))
                        .await()
                        .atMost(Duration.ofSeconds(10)))
                .isEqualTo(Map.of(ada, 3L));
    }
}
