package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeText;
import java.util.Optional;

/** A live write as it came in. {@code id} is that of the request, where it has one. */
public record WriteRequest(
        Profile profile,
        Caller caller,
        ChangeText change,
        Precondition precondition,
        Optional<IdempotencyKey> key,
        Optional<String> id) {}
