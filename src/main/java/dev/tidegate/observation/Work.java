package dev.tidegate.observation;

import dev.tidegate.model.StoreName;
import java.util.List;
import java.util.Optional;

/** Work that may be followed, as data: what it is and for whom it is done. Names of the model only, never users' data. */
public sealed interface Work {

    /** An HTTP request to the API. {@code by}: where its caller says that it belongs. */
    record Call(String method, Optional<TraceParent> by) implements Work {}

    /** A submission on its way into the queue, until it is durable. */
    record Intake(TraceParent of) implements Work {}

    /**
     * One attempt to apply parts of batches in a store, by one transaction. It belongs to none of the calls that brought them, which
     * ended long ago: {@code submissions} are those of them that are recorded, in the order of the parts.
     */
    record Application(StoreName store, int parts, int operations, boolean late, List<TraceParent> submissions)
            implements Work {
        public Application {
            submissions = List.copyOf(submissions);
        }
    }

    /** The transaction in the store, of an attempt. */
    record Change(StoreName store, TraceParent of) implements Work {}

    /** Keeping in the queue how parts ended, of an attempt. */
    record Settlement(TraceParent of) implements Work {}
}
