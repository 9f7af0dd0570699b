package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.observation.Observation;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private final List<Observation> seen = new ArrayList<>();

    private static Leftovers of(Long... steps) {
        Deque<Long> left = new ArrayDeque<>(List.of(steps));
        return age -> () -> age.equals(Duration.ofDays(90))
                ? Uni.createFrom().item(() -> new Leftovers.Step(left.removeFirst(), !left.isEmpty()))
                : Uni.createFrom().failure(new IllegalArgumentException("another age"));
    }

    private void sweep(Map<String, Leftovers> places) {
        Map<String, Retention.Place> aged = new HashMap<>();
        places.forEach((name, leftovers) -> aged.put(name, new Retention.Place(leftovers, Duration.ofDays(90))));
        new Retention(aged, Duration.ofMillis(1), seen::add).sweep().await().atMost(Duration.ofSeconds(10));
    }

    @Test
    void goes_on_step_by_step_while_there_may_be_more() {
        sweep(Map.of("queue", of(3L, 0L, 2L)));

        assertThat(seen).containsExactly(new Observation.Forgotten("queue", 3), new Observation.Forgotten("queue", 2));
    }

    @Test
    void a_place_that_cannot_be_cleaned_does_not_keep_the_others_from_it() {
        Leftovers broken = _ -> () -> Uni.createFrom().failure(new IllegalStateException("away"));

        sweep(Map.of("a", broken, "b", of(1L), "c", broken, "d", of(2L)));

        assertThat(seen)
                .containsExactlyInAnyOrder(new Observation.Forgotten("b", 1), new Observation.Forgotten("d", 2));
    }
}
