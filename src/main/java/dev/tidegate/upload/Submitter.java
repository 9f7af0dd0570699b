package dev.tidegate.upload;

import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.Caller;
import java.time.ZoneId;

/** Who sent a batch, through which profile and in which time zone: kept with it, and holds when it is applied. */
public record Submitter(Caller caller, ProfileName profile, ZoneId zone) {}
