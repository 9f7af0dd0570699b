package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import java.util.List;

/** A part as its store gets it: the claim to make, and then the steps in the order of the batch. */
public record PartWork(
        StoreName store, LaneId lane, long position, long previous, Caller caller, boolean atomic, List<Step> steps) {
    public PartWork {
        steps = List.copyOf(steps);
    }
}
