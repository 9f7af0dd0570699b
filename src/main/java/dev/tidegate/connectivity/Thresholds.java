package dev.tidegate.connectivity;

/** How many probes in a row must fail, or succeed, before the belief about a store changes. */
public record Thresholds(int suspectAfter, int downAfter, int upAfter) {
    public Thresholds {
        if (suspectAfter < 1 || downAfter < suspectAfter || upAfter < 1) {
            throw new IllegalArgumentException(
                    "thresholds are at least 1, and a store is suspect before it is down: suspect after " + suspectAfter
                            + ", down after " + downAfter + ", up after " + upAfter);
        }
    }
}
