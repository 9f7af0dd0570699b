package dev.tidegate.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a change does to one member; values are of the member's {@link ValueType}, target ids of the target's id type. */
public sealed interface MemberValue {

    /** The member's name as requests spell it: bare for attributes, qualified for associations. */
    default String member() {
        return switch (this) {
            case OfAttribute set -> set.declared().attribute().name();
            case Reference set -> set.end().association().name().toString();
            case Targets set -> set.end().association().name().toString();
            case TargetsEdit edit -> edit.end().association().name().toString();
        };
    }

    /** The end of an association that is written; nothing for an attribute. */
    default Optional<OwnedEnd> ownedEnd() {
        return switch (this) {
            case OfAttribute _ -> Optional.empty();
            case Reference set -> Optional.of(set.end());
            case Targets set -> Optional.of(set.end());
            case TargetsEdit edit -> Optional.of(edit.end());
        };
    }

    record OfAttribute(DeclaredAttribute declared, @Nullable Object value) implements MemberValue {}

    /** A single reference set to an object, or cleared. */
    record Reference(OwnedEnd end, Optional<Object> target) implements MemberValue {}

    /** The whole of a reference set. */
    record Targets(OwnedEnd end, List<Object> targets) implements MemberValue {
        public Targets {
            targets = List.copyOf(targets);
        }
    }

    /** Elements added to and removed from a reference set. */
    record TargetsEdit(OwnedEnd end, List<Object> add, List<Object> remove) implements MemberValue {
        public TargetsEdit {
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
