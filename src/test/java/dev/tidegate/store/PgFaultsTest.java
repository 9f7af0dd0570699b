package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgFaultsTest {
    private static PgException fault(String state) {
        return new PgException("said by the store", "ERROR", state, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "28P01", "3D000", "25006", "40001", "40P01", "53300", "55P03", "57P01", "58030"})
    void what_may_work_later_is_tried_for_as_long_as_it_takes(String state) {
        assertThat(PgFaults.passes(fault(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42501", "42P01", "57014", "55000", "40002", "P0001", "23505", "22003"})
    void what_would_block_a_lane_for_ever_does_not_pass(String state) {
        assertThat(PgFaults.passes(fault(state))).isFalse();
    }
}
