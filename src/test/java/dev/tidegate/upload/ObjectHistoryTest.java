package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectHistoryTest {
    private final OwnVersions own = new OwnVersions();

    private static ObjectHistory.Stage stage(@Nullable String before, @Nullable String after, String... changed) {
        return new ObjectHistory.Stage(
                Optional.ofNullable(before),
                Optional.ofNullable(after),
                new Differences(Set.of(changed), Map.of()),
                false);
    }

    private Optional<Set<String>> since(@Nullable String base, String stored, ObjectHistory.Stage... stages) {
        return new ObjectHistory(Arrays.asList(stages))
                .since(Optional.ofNullable(base), own, stored)
                .map(Differences::members);
    }

    @Test
    void what_others_changed_after_the_base_is_the_difference() {
        assertThat(since("2", "4", stage("1", "2", "A"), stage("2", "3", "B"), stage("3", "4", "C")))
                .contains(Set.of("B", "C"));
    }

    @Test
    void a_base_is_also_known_by_the_change_that_came_after_it() {
        assertThat(since("1", "2", stage("1", "2", "A"))).contains(Set.of("A"));
    }

    @Test
    void a_base_that_the_log_does_not_tell_of_is_unknown() {
        assertThat(since("0", "2", stage("1", "2", "A"))).isEmpty();
        assertThat(since("2", "2")).isEmpty();
    }

    @Test
    void a_log_that_ends_before_the_stored_version_tells_nothing() {
        assertThat(since("1", "3", stage("1", "2", "A"))).isEmpty();
    }

    @Test
    void a_gap_after_the_base_tells_nothing_and_one_before_it_does_no_harm() {
        assertThat(since("1", "4", stage("1", "2", "A"), stage("3", "4", "B"))).isEmpty();
        assertThat(since("3", "4", stage("1", "2", "A"), stage("3", "4", "B"))).contains(Set.of("B"));
    }

    @Test
    void own_changes_are_no_differences_wherever_they_stand() {
        own.add(Optional.of("1"), "2");
        own.add(Optional.of("3"), "5");

        assertThat(since(
                        "1",
                        "6",
                        stage("1", "2", "Own"),
                        stage("2", "3", "Theirs"),
                        stage("3", "4", "Own"),
                        stage("4", "5", "OwnToo"),
                        stage("5", "6", "Also")))
                .contains(Set.of("Theirs", "Also"));
    }

    @Test
    void own_changes_that_led_away_from_the_base_stand_in_for_it() {
        own.add(Optional.of("1"), "2");

        assertThat(since("1", "3", stage("2", "3", "Theirs"))).contains(Set.of("Theirs"));
    }

    @Test
    void without_a_base_the_own_create_is_one() {
        own.add(Optional.empty(), "1");

        assertThat(since(null, "2", stage("1", "2", "Theirs"))).contains(Set.of("Theirs"));
        assertThat(since("7", "2", stage("1", "2", "Theirs"))).isEmpty();
    }

    @Test
    void an_object_that_came_anew_since_is_another_one() {
        ObjectHistory history = new ObjectHistory(List.of(
                stage("1", "2", "A"),
                new ObjectHistory.Stage(Optional.of("2"), Optional.empty(), Differences.NONE, true),
                new ObjectHistory.Stage(Optional.empty(), Optional.of("1"), Differences.NONE, true),
                stage("1", "3", "B")));

        assertThat(history.since(Optional.of("2"), own, "3")).isEmpty();
    }

    @Test
    void pairs_that_no_version_tells_of_are_somebody_elses_also_amid_own_changes() {
        own.add(Optional.of("1"), "3");

        assertThat(since("1", "3", stage("1", "2", "Own"), stage("2", "2", "Pairs"), stage("2", "3", "Own")))
                .contains(Set.of("Pairs"));
    }
}
