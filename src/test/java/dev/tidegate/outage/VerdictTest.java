package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A judge that finds everything in order proves nothing unless it finds what is not. */
class VerdictTest {
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);
    private static final UUID GIVEN_UP = new UUID(0, 3);

    private static final List<Expected> SENT = List.of(
            sent(FIRST, 1L, applied("task|INSERT|a|1"), applied("task|UPDATE|a|2"), rejected()),
            sent(SECOND, 3L, applied("task|UPDATE|a|3"), late("task|INSERT|w|4"), late("task|UPDATE|w|5")),
            new Expected(
                    GIVEN_UP, Optional.empty(), List.of(applied("photo|INSERT|p|6"), applied("photo|UPDATE|p|7"))));

    private final List<String> written = new ArrayList<>(List.of(
            "task|INSERT|a|1",
            "task|UPDATE|a|2",
            "photo|INSERT|p|6",
            "photo|UPDATE|p|7",
            "task|UPDATE|a|3",
            "task|INSERT|w|4",
            "task|UPDATE|w|5"));
    private final Map<UUID, Found.Batch> batches = new TreeMap<>(Map.of(
            FIRST, new Found.Batch(1, "applied-with-errors", Map.of(2, "rejected"), List.of(2)),
            GIVEN_UP, new Found.Batch(2, "applied", Map.of(), List.of()),
            SECOND, new Found.Batch(3, "applied", Map.of(), List.of())));

    @Test
    void what_was_kept_is_in_order() {
        assertThat(faults()).isEmpty();
    }

    @Test
    void what_waits_for_others_may_come_at_any_time() {
        Collections.rotate(written, 2);
        assertThat(faults()).isEmpty();
    }

    @Test
    void a_batch_that_nobody_acknowledged_may_be_nowhere() {
        batches.remove(GIVEN_UP);
        written.removeIf(event -> event.startsWith("photo"));
        assertThat(faults()).isEmpty();
    }

    @Test
    void a_doubled_write_is_found() {
        written.add("task|UPDATE|a|3");
        assertThat(faults()).contains("client c: written 2 times: task|UPDATE|a|3");
    }

    @Test
    void a_doubled_write_of_a_batch_that_nobody_acknowledged_is_found() {
        written.add(4, "photo|UPDATE|p|7");
        assertThat(faults()).contains("client c: written 2 times: photo|UPDATE|p|7");
    }

    @Test
    void a_lost_write_is_found() {
        written.remove("task|UPDATE|a|2");
        assertThat(faults()).contains("client c: not written: task|UPDATE|a|2");
    }

    @Test
    void a_lost_write_of_what_waited_is_found() {
        written.remove("task|UPDATE|w|5");
        assertThat(faults()).contains("client c: not written: task|UPDATE|w|5");
    }

    @Test
    void half_of_a_batch_that_nobody_acknowledged_is_found() {
        batches.remove(GIVEN_UP);
        written.remove("photo|UPDATE|p|7");
        assertThat(faults()).contains("client c: written, and no batch that was taken says so: photo|INSERT|p|6");
    }

    @Test
    void writes_on_one_object_in_the_wrong_order_are_found() {
        Collections.swap(written, 5, 6);
        assertThat(faults())
                .containsExactly("client c: on task w was written [task|UPDATE|w|5, task|INSERT|w|4] and should be"
                        + " [task|INSERT|w|4, task|UPDATE|w|5]");
    }

    @Test
    void batches_in_the_wrong_order_are_found() {
        Collections.swap(written, 3, 4);
        assertThat(faults())
                .containsExactly("client c: at the turn of batch " + GIVEN_UP
                        + " was written [photo|INSERT|p|6, task|UPDATE|a|3] and should be"
                        + " [photo|INSERT|p|6, photo|UPDATE|p|7]");
    }

    @Test
    void a_write_that_nobody_sent_is_found() {
        written.add("task|UPDATE|a|99");
        assertThat(faults()).contains("client c: written, and no batch that was taken says so: task|UPDATE|a|99");
    }

    @Test
    void a_missing_outcome_is_found() {
        batches.put(FIRST, new Found.Batch(1, "applied-with-errors", Map.of(), List.of(2)));
        assertThat(faults())
                .containsExactly(
                        "client c: batch " + FIRST + " has outcomes {} and should have {2=rejected}, because of {}");
    }

    @Test
    void an_outcome_that_should_not_be_is_told_with_its_reason() {
        batches.put(
                SECOND,
                new Found.Batch(3, "applied", Map.of(0, "rejected"), List.of(), Map.of(0, "dangling-reference")));
        assertThat(faults())
                .containsExactly("client c: batch " + SECOND
                        + " has outcomes {0=rejected} and should have {}, because of {0=dangling-reference}");
    }

    @Test
    void a_missing_error_is_found() {
        batches.put(FIRST, new Found.Batch(1, "applied-with-errors", Map.of(2, "rejected"), List.of()));
        assertThat(faults()).containsExactly("client c: batch " + FIRST + " has errors [] and should have [2]");
    }

    @Test
    void a_batch_that_is_not_settled_is_found() {
        batches.put(SECOND, new Found.Batch(3, "queued", Map.of(), List.of()));
        assertThat(faults()).containsExactly("client c: batch " + SECOND + " is queued and should be applied");
    }

    @Test
    void a_lost_batch_is_found() {
        batches.remove(SECOND);
        assertThat(faults()).contains("client c: batch " + SECOND + " was acknowledged and is not there");
    }

    @Test
    void another_position_than_the_acknowledged_one_is_found() {
        batches.put(SECOND, new Found.Batch(4, "applied", Map.of(), List.of()));
        assertThat(faults()).containsExactly("client c: batch " + SECOND + " was acknowledged at 3 and is at 4");
    }

    private List<String> faults() {
        return Verdict.faults("c", SENT, new Found(written, batches));
    }

    private static Expected sent(UUID batch, long position, Sent.Fate... fates) {
        return new Expected(batch, Optional.of(position), List.of(fates));
    }

    private static Sent.Fate applied(String event) {
        return new Sent.Fate(Optional.of(event), "applied", false);
    }

    private static Sent.Fate late(String event) {
        return new Sent.Fate(Optional.of(event), "applied", true);
    }

    private static Sent.Fate rejected() {
        return new Sent.Fate(Optional.empty(), "rejected", false);
    }
}
