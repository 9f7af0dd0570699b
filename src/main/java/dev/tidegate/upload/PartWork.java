package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import java.util.List;

/**
 * A part as its store gets it: the claim to make, and then the steps in the order of the batch. At the {@code last} attempt
 * an operation that fails for a reason that does not pass is rejected by itself, so that it does not take the others with it.
 */
public record PartWork(
        StoreName store,
        LaneId lane,
        long position,
        long previous,
        Caller caller,
        boolean atomic,
        List<Step> steps,
        boolean last) {
    public PartWork {
        steps = List.copyOf(steps);
    }

    public PartWork(
            StoreName store,
            LaneId lane,
            long position,
            long previous,
            Caller caller,
            boolean atomic,
            List<Step> steps) {
        this(store, lane, position, previous, caller, atomic, steps, false);
    }

    public PartWork atLast() {
        return new PartWork(store, lane, position, previous, caller, atomic, steps, true);
    }
}
