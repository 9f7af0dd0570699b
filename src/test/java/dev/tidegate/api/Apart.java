package dev.tidegate.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * A gateway with databases apart from those of most tests, for tests that write much or look at all that is there, and one
 * that has patience for seconds with what refers to nothing. Each start of a gateway takes its time, so they share it.
 */
public final class Apart implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        // Short, but long enough to see that something waits.
        return Map.of("tidegate.parking.patience", "PT3S");
    }
}
