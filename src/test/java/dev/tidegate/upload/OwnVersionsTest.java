package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnVersionsTest {
    private final OwnVersions own = new OwnVersions();

    @Test
    void the_stored_version_is_never_stale() {
        assertThat(own.leadsTo("7", Optional.of("7"))).isTrue();
        assertThat(own.leadsTo("7", Optional.of("6"))).isFalse();
        assertThat(own.leadsTo("7", Optional.empty())).isFalse();
    }

    @Test
    void own_changes_lead_from_any_earlier_version_to_the_stored_one() {
        own.add(Optional.of("5"), "6");
        own.add(Optional.of("6"), "7");

        assertThat(own.leadsTo("7", Optional.of("5"))).isTrue();
        assertThat(own.leadsTo("6", Optional.of("5"))).isTrue();
        assertThat(own.leadsTo("5", Optional.of("6"))).isFalse();
    }

    @Test
    void a_change_of_somebody_else_breaks_the_chain() {
        own.add(Optional.of("5"), "6");
        own.add(Optional.of("7"), "8");

        assertThat(own.leadsTo("8", Optional.of("5"))).isFalse();
        assertThat(own.leadsTo("8", Optional.of("7"))).isTrue();
    }

    @Test
    void without_a_base_the_chain_has_to_begin_with_the_own_create() {
        own.add(Optional.of("5"), "6");
        assertThat(own.leadsTo("6", Optional.empty())).isFalse();

        own.add(Optional.empty(), "5");
        assertThat(own.leadsTo("6", Optional.empty())).isTrue();
    }

    @Test
    void versions_that_two_operations_share_make_no_endless_search() {
        own.add(Optional.of("5"), "6");
        own.add(Optional.of("6"), "6");

        assertThat(own.leadsTo("6", Optional.of("5"))).isTrue();
        assertThat(own.leadsTo("6", Optional.of("4"))).isFalse();
    }
}
