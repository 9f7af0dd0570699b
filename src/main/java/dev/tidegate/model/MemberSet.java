package dev.tidegate.model;

import java.util.Collection;
import java.util.Set;

/**
 * Which members of an entity a rule is about: all of them, or some by name. Attributes are named bare, associations
 * qualified ({@code FieldService.WorkOrder_Customer}); the model file may leave out the module, the reader adds it.
 */
public sealed interface MemberSet {

    record All() implements MemberSet {}

    record Some(Set<String> names) implements MemberSet {
        public Some {
            names = Ordered.set(names);
        }
    }

    static MemberSet all() {
        return new All();
    }

    static MemberSet of(Collection<String> names) {
        return new Some(Ordered.set(names));
    }

    default boolean contains(String member) {
        return switch (this) {
            case All _ -> true;
            case Some(var names) -> names.contains(member);
        };
    }

    default boolean isEmpty() {
        return switch (this) {
            case All _ -> false;
            case Some(var names) -> names.isEmpty();
        };
    }
}
