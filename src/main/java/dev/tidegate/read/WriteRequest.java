package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeText;
import java.util.Optional;

/** A live write as it came in. */
public record WriteRequest(
        Profile profile, Caller caller, ChangeText change, Precondition precondition, Optional<IdempotencyKey> key) {}
