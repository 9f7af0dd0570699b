package dev.tidegate.turns;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final List<UniEmitter<? super String>> underWay = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Turns turns = new Turns(2);

    private void take() {
        turns.<String>take(() -> Uni.createFrom().emitter(work -> underWay.add(work)))
                .subscribe()
                .with(ended::add, failure -> ended.add(String.valueOf(failure.getMessage())));
    }

    @Test
    void so_many_are_under_way_and_the_next_begins_when_one_ends_however() {
        for (int i = 0; i < 5; i++) {
            take();
        }
        assertThat(underWay).hasSize(2);

        underWay.get(1).complete("b");
        assertThat(underWay).hasSize(3);
        underWay.get(0).fail(new IllegalStateException("a"));
        underWay.get(2).complete("c");
        assertThat(underWay).hasSize(5);
        underWay.get(3).complete("d");
        underWay.get(4).complete("e");

        assertThat(ended).containsExactly("b", "a", "c", "d", "e");
        take();
        assertThat(underWay).hasSize(6);
    }

    @Test
    void many_that_end_at_once_leave_every_place_free() {
        Turns one = new Turns(1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            one.take(() -> Uni.createFrom().item(number)).subscribe().with(order::add);
        }

        assertThat(order).containsExactly(0, 1, 2);
    }
}
