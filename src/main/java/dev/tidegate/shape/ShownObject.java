package dev.tidegate.shape;

import dev.tidegate.model.ValueType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One object as a caller may see it: a row of the store, and the shape that says what of it is shown. */
public final class ShownObject {
    private static final Object[] NO_IDS = {};

    private final ObjectShape shape;
    private final @Nullable Object[] row;
    private final List<List<ShownObject>> expanded;

    public ShownObject(ObjectShape shape, @Nullable Object[] row) {
        this(shape, row, List.of());
    }

    private ShownObject(ObjectShape shape, @Nullable Object[] row, List<List<ShownObject>> expanded) {
        this.shape = shape;
        this.row = row;
        this.expanded = expanded;
    }

    /** The same object with what each of the shape's expansions has found. */
    public ShownObject with(List<List<ShownObject>> found) {
        return new ShownObject(shape, row, List.copyOf(found));
    }

    /** The objects at one of the shape's expansions, by its number there: one at most if it is single. */
    public List<ShownObject> expanded(int expansion) {
        return expanded.get(expansion);
    }

    /** The ids that the row has for an expansion. */
    public Object[] ids(ObjectShape.OfExpansion expansion) {
        Object ids = row[expansion.column()];
        return switch (ids) {
            case null -> NO_IDS;
            case Object[] many -> many;
            default -> new Object[] {ids};
        };
    }

    public ObjectShape shape() {
        return shape;
    }

    /** The id, of the shape's id type. */
    public Object id() {
        return Objects.requireNonNull(row[RowLayout.ID]);
    }

    public String version() {
        return (String) Objects.requireNonNull(row[RowLayout.VERSION]);
    }

    /** The value of an attribute of the shape, of its type; null when it is empty. A boolean is never empty. */
    public @Nullable Object value(ObjectShape.OfAttribute attribute) {
        Object value = row[attribute.column()];
        return value == null && attribute.type() == ValueType.BOOLEAN ? false : value;
    }

    /** The id at a single end of the shape. */
    public @Nullable Object target(ObjectShape.OfEnd end) {
        return row[end.column()];
    }

    /** The ids at a set of the shape, in their order. */
    public Object[] targets(ObjectShape.OfEnd end) {
        return row[end.column()] instanceof Object[] ids ? ids : NO_IDS;
    }
}
