package dev.tidegate.api;

import dev.tidegate.policy.Caller;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A caller whom the gateway knows; {@code operator} is its own role and none of the model's. {@code until} is when the
 * credentials end by themselves.
 */
record Signed(Caller caller, boolean operator, Instant until) {

    Signed in(ZoneId zone) {
        return new Signed(caller.in(zone), operator, until);
    }
}
