package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class LaneIdTest {
    private final LaneId lane = new LaneId(UUID.fromString("7b0f2f3e-3c5f-8a57-9a3e-0d1b2c3d4e5f"));

    @Test
    void a_client_has_a_lane_in_each_store_which_is_the_same_after_a_restore() {
        LaneId field = lane.in(new StoreName("field"));

        assertThat(field).hasToString("4873f121-858b-855a-9317-49040c8cb523").isNotEqualTo(lane);
        assertThat(lane.in(new StoreName("billing"))).isNotEqualTo(field);
        assertThat(new LaneId(UUID.fromString(lane.toString())).in(new StoreName("field")))
                .isEqualTo(field);
    }
}
