package dev.tidegate.read;

import java.util.List;

/** In which version an object has to be for a change to be made: what {@code If-Match} says (RFC 9110, 13.1.1). */
public sealed interface Precondition {

    /** Whether an object in this version meets it. */
    default boolean isMetBy(String version) {
        return switch (this) {
            case None _ -> true;
            case AnyVersion _ -> true;
            case OneOf(var versions) -> versions.contains(version);
        };
    }

    record None() implements Precondition {}

    /** The object has to be there. */
    record AnyVersion() implements Precondition {}

    /** One of these versions; an empty list is never met. */
    record OneOf(List<String> versions) implements Precondition {
        public OneOf {
            versions = List.copyOf(versions);
        }
    }
}
