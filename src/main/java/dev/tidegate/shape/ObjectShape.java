package dev.tidegate.shape;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ValueType;
import java.util.List;

/**
 * Which members an object shows to a caller, and which of the shown ones the caller may not write. It is the same instance
 * for all objects of a plan with the same own entity and the same rights. {@code versioned}: nothing of what is shown, but
 * for what is expanded, can change without the object's version.
 */
public record ObjectShape(
        EntityName entity,
        ValueType idType,
        List<OfAttribute> attributes,
        List<OfEnd> associations,
        List<String> readOnly,
        List<OfExpansion> expansions,
        boolean versioned) {

    public ObjectShape {
        attributes = List.copyOf(attributes);
        associations = List.copyOf(associations);
        readOnly = List.copyOf(readOnly);
        expansions = List.copyOf(expansions);
    }

    /** An attribute and where in the row its value stands. */
    public record OfAttribute(String name, ValueType type, int column) {}

    /** An association and where in the row the id, or for a {@code set} the array of ids, stands. */
    public record OfEnd(String name, ValueType idType, boolean set, int column) {}

    /**
     * What is expanded, as the answer names it; one object at most where it is {@code single}, nothing where it is not
     * {@code readable}. Its ids stand in the row, or {@code column} is {@link #NOWHERE} and the others refer here.
     */
    public record OfExpansion(String name, boolean single, boolean readable, int column) {
        public static final int NOWHERE = -1;
    }
}
