package dev.tidegate.upload;

import dev.tidegate.model.ProfileName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.policy.Caller;
import java.util.Optional;

/**
 * Who sent a batch, and through which profile: kept with it, and holds when it is applied. {@code request} is the one that
 * brings it; it is not kept. {@code trace} is where it came in, if that is recorded; it is kept, so that whoever applies the batch
 * can point to it.
 */
public record Submitter(Caller caller, ProfileName profile, Optional<String> request, Optional<TraceParent> trace) {

    /** By a request that is not recorded. */
    public Submitter(Caller caller, ProfileName profile, Optional<String> request) {
        this(caller, profile, request, Optional.empty());
    }

    /** As it is kept. */
    public Submitter(Caller caller, ProfileName profile) {
        this(caller, profile, Optional.empty());
    }

    /** Whose a batch is, for those who watch. */
    Observation.Sender sends(BatchText batch) {
        return new Observation.Sender(
                new Observation.Author(caller.name(), profile, request), batch.client(), batch.id());
    }
}
