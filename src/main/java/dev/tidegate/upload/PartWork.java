package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A part as its store gets it: the claim to make, and then the steps in the order of the batch. At the {@code last} attempt
 * an operation that fails for a reason that does not pass is rejected by itself, so that it does not take the others with it.
 * {@code hopeless} are the objects that the batch was to create and for which that is refused already: nothing waits for them.
 */
public record PartWork(
        StoreName store,
        LaneId lane,
        long position,
        BatchId batch,
        Claim claim,
        Caller caller,
        boolean atomic,
        List<Step> steps,
        Set<ObjectKey> hopeless,
        boolean last) {
    public PartWork {
        steps = List.copyOf(steps);
        hopeless = Set.copyOf(hopeless);
    }

    public PartWork atLast() {
        return new PartWork(store, lane, position, batch, claim, caller, atomic, steps, hopeless, true);
    }

    /** The same with some of its steps. */
    public PartWork with(List<Step> some) {
        return new PartWork(store, lane, position, batch, claim, caller, atomic, some, hopeless, last);
    }

    /** The last position of the lane that has a part for the store; 0 for a part whose turn is over. */
    public long previous() {
        return switch (claim) {
            case Claim.Turn turn -> turn.previous();
            case Claim.Late _ -> 0;
        };
    }

    /** Where the store's lane was found to stand, off where the queue has it. */
    public Optional<Long> stray() {
        return switch (claim) {
            case Claim.Turn turn -> turn.stray();
            case Claim.Late _ -> Optional.empty();
        };
    }

    public boolean isLate() {
        return claim instanceof Claim.Late;
    }

    /** Which application of the operation this is: 0 in its turn. */
    public int revision(Step step) {
        return switch (claim) {
            case Claim.Turn _ -> 0;
            case Claim.Late late ->
                late.attempt(step.index()).map(Claim.Attempt::revision).orElse(0);
        };
    }

    /** Whether the operation waits for objects that are not there. */
    public boolean isPatient(Step step) {
        return switch (claim) {
            case Claim.Turn turn -> turn.patient();
            case Claim.Late late ->
                late.attempt(step.index()).map(Claim.Attempt::patient).orElse(false);
        };
    }

    /** Whether the operation waits for earlier ones of its lane that are parked. */
    public boolean keepsBehind(Step step) {
        return switch (claim) {
            case Claim.Turn _ -> true;
            case Claim.Late late ->
                late.attempt(step.index()).map(attempt -> !attempt.foremost()).orElse(true);
        };
    }
}
