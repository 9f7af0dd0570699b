package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallRateTest {
    private long now;
    private final CallRate rate = new CallRate(new AdmissionLimits.Rate(2, 5), new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private long letIn(String who, int calls) {
        return IntStream.range(0, calls)
                .filter(_ -> rate.tooEarly(who).isEmpty())
                .count();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void as_many_as_the_burst_are_let_in_at_once_and_then_the_rate() {
        assertThat(letIn("ada", 20)).isEqualTo(5);
        pass(Duration.ofSeconds(1));
        assertThat(letIn("ada", 20)).isEqualTo(2);
        pass(Duration.ofMillis(500));
        assertThat(letIn("ada", 20)).isEqualTo(1);
    }

    @Test
    void who_comes_too_early_is_told_how_long_to_wait() {
        letIn("ada", 5);
        pass(Duration.ofMillis(200));

        Optional<Duration> wait = rate.tooEarly("ada");

        assertThat(wait).contains(Duration.ofMillis(300));
        pass(Duration.ofMillis(300));
        assertThat(rate.tooEarly("ada")).isEmpty();
    }

    @Test
    void one_takes_nothing_from_another() {
        letIn("ada", 20);
        assertThat(letIn("bert", 20)).isEqualTo(5);
    }

    @Test
    void a_pause_gives_no_more_than_the_burst() {
        letIn("ada", 5);
        pass(Duration.ofHours(1));
        assertThat(letIn("ada", 20)).isEqualTo(5);
    }
}
