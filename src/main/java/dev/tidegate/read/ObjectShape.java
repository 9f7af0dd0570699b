package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ValueType;
import java.util.List;

/**
 * Which members an object shows to a caller, and which of the shown ones the caller may not write. It is the same instance
 * for all objects of a plan with the same own entity and the same rights.
 */
public record ObjectShape(
        EntityName entity,
        ValueType idType,
        List<OfAttribute> attributes,
        List<OfEnd> associations,
        List<String> readOnly) {

    public ObjectShape {
        attributes = List.copyOf(attributes);
        associations = List.copyOf(associations);
        readOnly = List.copyOf(readOnly);
    }

    /** An attribute and where in the row its value stands. */
    public record OfAttribute(String name, ValueType type, int column) {}

    /** An association and where in the row the id, or for a {@code set} the array of ids, stands. */
    public record OfEnd(String name, ValueType idType, boolean set, int column) {}
}
