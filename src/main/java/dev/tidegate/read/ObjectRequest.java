package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryText;

/** A live read of one object; {@code query} names its entity (or a generalization) and has no constraint. */
public record ObjectRequest(Profile profile, Caller caller, QueryText query, String id) {}
