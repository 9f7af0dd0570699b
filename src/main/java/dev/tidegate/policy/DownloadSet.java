package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.xpath.Condition;
import java.util.List;

/**
 * What a full download brings of the objects whose own entity is {@code entity}, for callers with some roles. A set in which
 * nothing can be read is a set too: an empty one, which a caller has to come to when rights are withdrawn.
 */
public sealed interface DownloadSet {
    EntityName entity();

    /** The device keeps none after a sync ({@code nothing-clear}). */
    record Cleared(EntityName entity) implements DownloadSet {}

    /** The device keeps what was there ({@code nothing-preserve}, {@code never}). */
    record Left(EntityName entity) implements DownloadSet {}

    /**
     * The device keeps those that {@code objects} finds.
     *
     * @param conditions whatever decides which objects there are and what of them is seen
     * @param uses what the conditions read besides the objects
     * @param fingerprint the same as long as the set means the same: a text of 16 hexadecimal digits
     */
    record Kept(EntityName entity, DecidedQuery objects, List<Condition> conditions, Uses uses, String fingerprint)
            implements DownloadSet {
        public Kept {
            conditions = List.copyOf(conditions);
        }
    }

    /** {@code clock}: the moment of the request; {@code zone}: the session's; {@code user}: which object is the caller's own. */
    record Uses(boolean clock, boolean zone, boolean user) {}
}
