package dev.tidegate.observation;

/** Whoever watches: meters and log lines in {@code ops}, a list in tests. Must return at once and never throw. */
@FunctionalInterface
public interface Observer {
    void see(Observation observation);

    /** Begins to follow a piece of work, if this observer does such a thing; whoever begins it ends it. */
    default Span follow(Work work) {
        return Span.NONE;
    }

    /** Whether some work is followed. */
    default boolean follows() {
        return false;
    }
}
