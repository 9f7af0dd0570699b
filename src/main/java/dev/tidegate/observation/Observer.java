package dev.tidegate.observation;

/** Whoever watches: meters and log lines in {@code ops}, a list in tests. Must return at once and never throw. */
@FunctionalInterface
public interface Observer {
    void see(Observation observation);
}
