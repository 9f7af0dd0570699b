package dev.tidegate.upload;

import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.Caller;

/** Who sent a batch, and through which profile: kept with it, and holds when it is applied. */
public record Submitter(Caller caller, ProfileName profile) {}
