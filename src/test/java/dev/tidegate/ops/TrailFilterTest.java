package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.observation.RequestTrail;
import java.util.Optional;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class TrailFilterTest {
    private final RequestTrail trail = new RequestTrail("r-1", Optional.of("0af7651916cd43dd8448eb211c80319c"));
    private final TrailFilter filter = new TrailFilter(() -> Optional.of(trail));

    private static ExtLogRecord line() {
        return new ExtLogRecord(Level.INFO, "said", "test");
    }

    @Test
    void a_line_gets_what_is_known_of_its_request() {
        trail.by("ada");
        trail.from("c-1");
        trail.about("b-1");
        ExtLogRecord line = line();

        assertThat(filter.isLoggable(line)).isTrue();

        assertThat(line.getMdcCopy())
                .containsEntry("requestId", "r-1")
                .containsEntry("traceId", "0af7651916cd43dd8448eb211c80319c")
                .containsEntry("clientId", "c-1")
                .containsEntry("batchId", "b-1");
    }

    @Test
    void the_caller_is_hashed_the_same_way_within_a_process_and_another_way_in_the_next() {
        trail.by("ada");
        ExtLogRecord first = line();
        ExtLogRecord second = line();
        ExtLogRecord elsewhere = line();
        filter.isLoggable(first);
        filter.isLoggable(second);
        new TrailFilter(() -> Optional.of(trail)).isLoggable(elsewhere);

        assertThat(first.getMdc("caller")).matches("[0-9a-f]{16}").isEqualTo(second.getMdc("caller"));
        assertThat(elsewhere.getMdc("caller")).matches("[0-9a-f]{16}").isNotEqualTo(first.getMdc("caller"));
    }

    @Test
    void a_line_of_no_request_gets_nothing() {
        ExtLogRecord line = line();

        assertThat(new TrailFilter(Optional::empty).isLoggable(line)).isTrue();
        assertThat(line.getMdcCopy()).isEmpty();
    }
}
