package dev.tidegate.api;

import dev.tidegate.policy.Caller;

/** A caller whom the gateway knows; {@code operator} is its own role and none of the model's. */
record Signed(Caller caller, boolean operator) {}
