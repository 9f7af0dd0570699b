package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AwaitedTest {
    private final Awaited awaited = new Awaited(3);
    private final LatePlace first = unit(1);
    private final LatePlace second = unit(2);

    private static LatePlace unit(int operation) {
        return new LatePlace(new StoreName("field"), new LaneId(new UUID(1, 2)), 1, operation, 1);
    }

    private static ObjectKey object(String id) {
        return new ObjectKey(EntityName.parse("Shop.Order"), id);
    }

    @Test
    void an_object_calls_all_that_wait_for_it() {
        awaited.expect(first, Set.of(object("a"), object("b")));
        awaited.expect(second, Set.of(object("b")));

        assertThat(awaited.call(List.of(object("a"), object("x")))).containsExactly(first);
        assertThat(awaited.call(List.of(object("b")))).containsExactlyInAnyOrder(first, second);
        assertThat(awaited.call(List.of(object("x")))).isEmpty();
    }

    @Test
    void a_call_while_a_unit_is_being_tried_is_remembered_until_it_is_tried_again() {
        awaited.expect(first, Set.of(object("a")));
        assertThat(awaited.called(List.of(first, second))).isEmpty();

        awaited.call(List.of(object("a")));
        assertThat(awaited.called(List.of(first, second))).containsExactly(first);

        awaited.expect(first, Set.of(object("a")));
        assertThat(awaited.called(List.of(first, second))).isEmpty();
    }

    @Test
    void what_ended_is_called_no_more() {
        awaited.expect(first, Set.of(object("a")));

        awaited.forget(first);

        assertThat(awaited.call(List.of(object("a")))).isEmpty();
    }

    @Test
    void what_is_too_much_is_forgotten() {
        for (int i = 0; i < 10; i++) {
            awaited.expect(unit(i), Set.of(object("a")));
        }

        assertThat(awaited.call(List.of(object("a"))))
                .hasSizeLessThanOrEqualTo(3)
                .contains(unit(9));
    }
}
