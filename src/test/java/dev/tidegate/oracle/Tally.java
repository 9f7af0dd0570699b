package dev.tidegate.oracle;

import java.util.ArrayList;
import java.util.List;

/** What a run came to. A constraint discriminates when it brings some of the objects that the caller can see, not all. */
final class Tally {
    private final long start = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    private int worlds;
    private int asked;
    private int denied;
    private int none;
    private int all;
    private int some;
    private int late;
    private long objects;

    void world() {
        worlds++;
    }

    void count(Answer expected, long visible) {
        asked++;
        switch (expected) {
            case Answer.Denied _ -> denied++;
            case Answer.Found(var found, var _) -> {
                objects += found.size();
                if (found.isEmpty()) {
                    none++;
                } else if (found.size() == visible) {
                    all++;
                } else {
                    some++;
                }
            }
            case Answer.Broken _, Answer.Computed _ -> throw new IllegalArgumentException("the oracle does not break");
        }
    }

    /** An answer did not come in time. */
    void late() {
        late++;
    }

    void fail(String description) {
        failures.add(description);
    }

    List<String> failures() {
        return failures;
    }

    double discriminating() {
        return asked == 0 ? 0 : (double) some / asked;
    }

    String summary() {
        return "%d constraints in %d worlds, %d objects: %.1f %% brought some of what is visible, %.1f %% all, %.1f %% none, %.1f %% were denied; %d disagreements, %d asked again as the store was late; %d s"
                .formatted(
                        asked,
                        worlds,
                        objects,
                        100.0 * some / asked,
                        100.0 * all / asked,
                        100.0 * none / asked,
                        100.0 * denied / asked,
                        failures.size(),
                        late,
                        (System.nanoTime() - start) / 1_000_000_000);
    }
}
