package dev.tidegate.upload;

import java.util.Optional;
import java.util.UUID;

/**
 * Who does something at the dead-letter desk, and what is written down with it. {@code owner}: only this caller's operations
 * exist for them. {@code run} names a call that concerns many.
 */
public record DeskAct(
        String actor,
        Optional<String> owner,
        Optional<String> reason,
        Optional<DeadLetterFilter> filter,
        Optional<UUID> run) {

    /** An operator's act on one operation. */
    public static DeskAct ofOperator(String actor, Optional<String> reason) {
        return new DeskAct(actor, Optional.empty(), reason, Optional.empty(), Optional.empty());
    }

    /** A client's on one of its own. */
    public static DeskAct ofClient(String caller) {
        return new DeskAct(caller, Optional.of(caller), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static DeskAct ofRun(String actor, Optional<String> reason, DeadLetterFilter filter, UUID run) {
        return new DeskAct(actor, Optional.empty(), reason, Optional.of(filter), Optional.of(run));
    }
}
