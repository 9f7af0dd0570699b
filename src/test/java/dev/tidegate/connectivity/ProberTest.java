package dev.tidegate.connectivity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ProberTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final StoreStates states = new StoreStates(Set.of(FIELD), new Thresholds(1, 2, 1), INTERVAL);
    private final List<UniEmitter<? super Void>> asked = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final RandomGenerator middle = () -> 1L << 63;
    private final Prober prober =
            new Prober(_ -> Uni.createFrom().emitter(asked::add), states, INTERVAL, () -> now, middle);

    @Test
    void the_first_tick_asks_at_once() {
        prober.tick();

        assertThat(asked).hasSize(1);
    }

    @Test
    void a_store_is_asked_by_one_probe_at_a_time() {
        prober.tick();
        pass(Duration.ofMinutes(1));

        assertThat(asked).hasSize(1);
    }

    @Test
    void the_next_probe_waits_for_the_interval() {
        answer();
        pass(Duration.ofMillis(1900));
        assertThat(asked).hasSize(1);

        pass(Duration.ofMillis(200));
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_suspect_store_is_asked_sooner_and_goes_down_or_up() {
        fail();
        assertThat(states.of(FIELD)).isEqualTo(StoreState.SUSPECT);

        pass(Duration.ofMillis(500));
        assertThat(asked).hasSize(2);
        asked.getLast().fail(new IllegalStateException("no answer"));

        assertThat(states.of(FIELD)).isEqualTo(StoreState.DOWN);
    }

    @Test
    void a_store_that_came_back_is_up() {
        fail();
        pass(INTERVAL);
        asked.getLast().fail(new IllegalStateException("no answer"));
        pass(INTERVAL.multipliedBy(2));
        asked.getLast().complete(null);

        assertThat(states.of(FIELD)).isEqualTo(StoreState.UP);
    }

    private void answer() {
        prober.tick();
        asked.getLast().complete(null);
    }

    private void fail() {
        prober.tick();
        asked.getLast().fail(new IllegalStateException("no answer"));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        prober.tick();
    }
}
