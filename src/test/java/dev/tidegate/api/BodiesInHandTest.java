package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodiesInHandTest {
    private final BodiesInHand bodies = new BodiesInHand(100);

    @Test
    void all_requests_together_hold_no_more_than_they_may() {
        BodiesInHand.Hold one = bodies.hold();
        BodiesInHand.Hold other = bodies.hold();

        assertThat(one.more(60)).isTrue();
        assertThat(other.more(40)).isTrue();
        assertThat(other.more(1)).isFalse();
        assertThat(bodies.held()).isEqualTo(100);
    }

    @Test
    void a_request_gives_back_all_it_holds_once_and_takes_no_more_after_its_end() {
        BodiesInHand.Hold one = bodies.hold();
        BodiesInHand.Hold other = bodies.hold();
        one.more(60);
        other.more(30);

        one.giveBack();
        one.giveBack();
        assertThat(one.more(50)).isTrue();

        assertThat(bodies.held()).isEqualTo(30);
    }
}
