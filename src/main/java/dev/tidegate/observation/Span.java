package dev.tidegate.observation;

import java.util.Optional;

/**
 * Work that is followed from its beginning to its {@link #end}: a span of a trace, in {@code ops}; nothing, where nobody follows it.
 * Every method returns at once and never throws; what comes after the end is not heard.
 */
@FunctionalInterface
public interface Span {
    /** Of work that nobody follows. */
    Span NONE = Optional::empty;

    /** Where it stands in its trace, recorded or not; empty for work that nobody follows. */
    Optional<TraceParent> place();

    /** The place, if it is recorded: what is done for this work is followed then, too. */
    default Optional<TraceParent> recorded() {
        return place().filter(TraceParent::recorded);
    }

    /** What was noticed meanwhile, as far as a trace tells it. */
    default void see(Observation observation) {}

    /** It did not come to what it should. */
    default void failed(Throwable failure) {}

    /** Of an HTTP request: the route it took, without names and ids, and the answer's status; 0 when no answer was begun. */
    default void answered(String route, int status) {}

    default void end() {}
}
