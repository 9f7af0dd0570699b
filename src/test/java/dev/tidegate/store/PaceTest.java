package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    private void took(int times, long micros) {
        for (int i = 0; i < times; i++) {
            pace.took(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }

    @Test
    void nothing_is_quick_before_it_has_proven_to_be() {
        took(15, 100);
        assertThat(pace.isQuick()).isFalse();
        took(1, 100);
        assertThat(pace.isQuick()).isTrue();
        assertThat(pace.expected()).isEqualTo(100_000);
    }

    @Test
    void a_first_time_with_planning_is_soon_forgotten() {
        took(1, 20_000);
        took(25, 100);
        assertThat(pace.isQuick()).isTrue();
    }

    @Test
    void a_single_long_time_ends_it_and_dozens_of_short_ones_bring_it_back() {
        took(100, 100);
        took(1, 500_000);
        assertThat(pace.isQuick()).isFalse();
        took(20, 100);
        assertThat(pace.isQuick()).isFalse();
        took(20, 100);
        assertThat(pace.isQuick()).isTrue();
    }

    @Test
    void what_is_steady_but_long_is_never_quick() {
        took(1_000, 4_000);
        assertThat(pace.isQuick()).isFalse();
    }

    @Test
    void very_many_statements_are_learned_anew() {
        Paces paces = new Paces();
        Pace first = paces.of("SELECT 0");
        assertThat(paces.of("SELECT 0")).isSameAs(first);
        for (int i = 1; i <= 2_000; i++) {
            paces.of("SELECT " + i);
        }
        assertThat(paces.of("SELECT 0")).isNotSameAs(first);
    }
}
