package dev.tidegate.api;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.tidegate.shape.ObjectShape;
import java.util.List;
import java.util.function.Function;

/** The names that objects of one shape are written with, in the shape's order, each encoded once. */
record ShapeNames(
        SerializedString entity,
        List<SerializedString> attributes,
        List<SerializedString> associations,
        List<SerializedString> expansions,
        List<SerializedString> readOnly) {

    ShapeNames {
        attributes = List.copyOf(attributes);
        associations = List.copyOf(associations);
        expansions = List.copyOf(expansions);
        readOnly = List.copyOf(readOnly);
    }

    static ShapeNames of(ObjectShape shape) {
        return new ShapeNames(
                new SerializedString(shape.entity().toString()),
                encoded(shape.attributes(), ObjectShape.OfAttribute::name),
                encoded(shape.associations(), ObjectShape.OfEnd::name),
                encoded(shape.expansions(), ObjectShape.OfExpansion::name),
                encoded(shape.readOnly(), Function.identity()));
    }

    private static <T> List<SerializedString> encoded(List<T> members, Function<T, String> name) {
        return members.stream().map(name).map(SerializedString::new).toList();
    }
}
