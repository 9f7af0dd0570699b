package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    private void alone(int times, long micros) {
        for (int i = 0; i < times; i++) {
            pace.tookAlone(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }

    private void shared(int times, long micros) {
        for (int i = 0; i < times; i++) {
            pace.tookShared(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }

    private long trialsOf(int times) {
        return IntStream.range(0, times).filter(_ -> pace.isTrial()).count();
    }

    @Test
    void what_has_not_proven_to_be_short_alone_is_not_tried() {
        alone(15, 100);
        assertThat(trialsOf(100)).isZero();
        alone(1, 100);
        assertThat(trialsOf(160)).isEqualTo(10);
        alone(100, 50_000);
        assertThat(trialsOf(100)).isZero();
    }

    @Test
    void quick_is_what_has_proven_to_be_so_on_a_line() {
        alone(100, 100);
        shared(3, 100);
        assertThat(pace.isQuick()).isFalse();
        shared(1, 100);
        assertThat(pace.isQuick()).isTrue();
        assertThat(pace.expected()).isEqualTo(100_000);
    }

    @Test
    void waiting_for_others_alone_says_nothing_against_it() {
        alone(100, 15_000);
        shared(4, 100);
        assertThat(pace.isQuick()).isTrue();
    }

    @Test
    void a_single_long_time_ends_it_and_dozens_of_short_ones_bring_it_back() {
        shared(100, 100);
        shared(1, 500_000);
        assertThat(pace.isQuick()).isFalse();
        shared(20, 100);
        assertThat(pace.isQuick()).isFalse();
        shared(20, 100);
        assertThat(pace.isQuick()).isTrue();
    }

    @Test
    void long_trials_become_rare_and_short_ones_common_again() {
        alone(16, 5_000);
        shared(2, 5_000);
        assertThat(trialsOf(640)).isEqualTo(10);
        shared(20, 5_000);
        assertThat(trialsOf(10_240)).isEqualTo(10);
        shared(1, 100);
        assertThat(trialsOf(160)).isEqualTo(10);
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
