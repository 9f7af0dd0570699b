package dev.tidegate.policy;

import dev.tidegate.model.RoleName;
import java.util.List;
import java.util.Set;

/**
 * What a design-time check asks: may callers with these roles do this in a profile? As the request spells it, nothing
 * checked but its form. {@code live} asks about a live call; without it, where the thing runs is decided first.
 */
public record ChecksText(Set<RoleName> roles, List<OfQuery> queries, List<OfWrite> writes, List<OfBatch> batches) {
    public ChecksText {
        roles = Set.copyOf(roles);
        queries = List.copyOf(queries);
        writes = List.copyOf(writes);
        batches = List.copyOf(batches);
    }

    /** A query whose parameters are unbound. */
    public record OfQuery(String name, QueryText query, boolean live) {}

    /** A write of these members (attributes bare, associations qualified) of an entity, whatever the values. */
    public record OfWrite(String name, ChangeText.Kind op, String entity, List<String> members, boolean live) {
        public OfWrite {
            members = List.copyOf(members);
        }
    }

    /** An offline batch; violations point into {@code /operations/…}. */
    public record OfBatch(String name, List<ChangeText> operations) {
        public OfBatch {
            operations = List.copyOf(operations);
        }
    }
}
