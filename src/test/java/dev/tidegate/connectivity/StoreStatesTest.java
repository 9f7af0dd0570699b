package dev.tidegate.connectivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.StoreName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StoreStatesTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final StoreName DEPOT = new StoreName("depot");

    private final StoreStates states =
            new StoreStates(Set.of(FIELD, DEPOT), new Thresholds(1, 3, 2), Duration.ofMillis(1500));

    @Test
    void before_the_first_probe_a_store_is_unprobed_and_usable() {
        assertThat(states.of(FIELD)).isEqualTo(StoreState.UNPROBED);
        assertThat(states.of(FIELD).isUsable()).isTrue();
    }

    @Test
    void failures_in_a_row_make_it_suspect_then_down() {
        assertThat(after(states::failed, 3)).containsExactly(StoreState.SUSPECT, StoreState.SUSPECT, StoreState.DOWN);
    }

    @Test
    void one_success_between_failures_starts_the_count_again() {
        after(states::failed, 2);
        states.succeeded(FIELD);

        assertThat(after(states::failed, 2)).containsExactly(StoreState.SUSPECT, StoreState.SUSPECT);
    }

    @Test
    void a_store_that_is_down_needs_successes_in_a_row() {
        after(states::failed, 3);
        states.succeeded(FIELD);
        states.failed(FIELD);

        assertThat(after(states::succeeded, 2)).containsExactly(StoreState.DOWN, StoreState.UP);
    }

    @Test
    void doubts_of_requests_make_it_suspect_and_never_down() {
        states.succeeded(FIELD);

        assertThat(after(states::doubt, 10)).containsOnly(StoreState.SUSPECT);
    }

    @Test
    void a_doubt_does_not_raise_a_store_that_is_down() {
        after(states::failed, 3);

        assertThat(after(states::doubt, 1)).containsExactly(StoreState.DOWN);
    }

    @Test
    void one_store_says_nothing_about_another() {
        after(states::failed, 3);

        assertThat(states.all()).containsEntry(FIELD, StoreState.DOWN).containsEntry(DEPOT, StoreState.UNPROBED);
    }

    @Test
    void only_a_store_that_is_down_has_a_time_to_come_back_in_whole_seconds() {
        assertThat(states.retryAfter(FIELD)).isEmpty();
        after(states::failed, 3);

        assertThat(states.retryAfter(FIELD)).contains(Duration.ofSeconds(3));
    }

    @Test
    void listeners_hear_of_changes_only() {
        List<String> heard = new ArrayList<>();
        states.onChange((store, from, to) -> heard.add(store + ": " + from + " to " + to));

        states.succeeded(FIELD);
        states.succeeded(FIELD);
        after(states::failed, 4);

        assertThat(heard).containsExactly("field: UNPROBED to UP", "field: UP to SUSPECT", "field: SUSPECT to DOWN");
    }

    @Nested
    class WithCalls {
        @Test
        void an_open_circuit_is_a_store_that_is_down_until_one_call_may_try() {
            states.succeeded(FIELD);

            states.opened(FIELD, Duration.ofMillis(4500));
            assertThat(believed()).isEqualTo("DOWN OPEN");
            assertThat(states.retryAfter(FIELD)).contains(Duration.ofSeconds(5));

            states.halfOpened(FIELD);
            assertThat(believed()).isEqualTo("SUSPECT HALF_OPEN");
            assertThat(states.retryAfter(FIELD)).isEmpty();

            states.closed(FIELD);
            assertThat(believed()).isEqualTo("UP CLOSED");
        }

        @Test
        void probes_that_always_went_well_do_not_close_what_calls_have_opened() {
            states.opened(FIELD, Duration.ofSeconds(5));

            assertThat(after(states::succeeded, 10)).containsOnly(StoreState.DOWN);
            states.halfOpened(FIELD);
            assertThat(after(states::succeeded, 10)).containsOnly(StoreState.SUSPECT);
        }

        @Test
        void probes_that_missed_the_store_and_find_it_close_it_at_once() {
            states.opened(FIELD, Duration.ofSeconds(5));
            states.failed(FIELD);

            assertThat(after(states::succeeded, 2)).containsExactly(StoreState.DOWN, StoreState.UP);
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);
        }

        @Test
        void a_store_that_probes_have_lost_refuses_calls_as_an_open_circuit_does() {
            after(states::failed, 3);

            assertThat(believed()).isEqualTo("DOWN OPEN");
            states.closed(FIELD);
            assertThat(believed()).isEqualTo("DOWN OPEN");
        }

        /** Whatever happens in whatever order: down means open, and half-open means suspect. */
        @Test
        void state_and_circuit_never_contradict_each_other() {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            List<Consumer<StoreName>> events = List.of(
                    states::succeeded,
                    states::failed,
                    states::doubt,
                    store -> states.opened(store, Duration.ofSeconds(1)),
                    states::halfOpened,
                    states::closed);
            for (int i = 0; i < 10_000; i++) {
                events.get(random.nextInt(events.size())).accept(FIELD);
                Circuit circuit = states.circuit(FIELD);
                assertThat(states.of(FIELD) == StoreState.DOWN)
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(circuit == Circuit.OPEN);
                if (circuit == Circuit.HALF_OPEN) {
                    assertThat(states.of(FIELD)).as("seed %d, step %d", seed, i).isEqualTo(StoreState.SUSPECT);
                }
            }
        }

        private String believed() {
            return states.of(FIELD) + " " + states.circuit(FIELD);
        }
    }

    @Test
    void thresholds_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> new Thresholds(3, 2, 1)).hasMessageContaining("suspect before it is down");
    }

    private List<StoreState> after(Consumer<StoreName> event, int times) {
        List<StoreState> seen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            event.accept(FIELD);
            seen.add(states.of(FIELD));
        }
        return seen;
    }
}
