package dev.tidegate.read;

import dev.tidegate.model.ValueType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One object as a caller may see it: a row of the store, and the shape that says what of it is shown. */
public final class LiveObject {
    private static final Object[] NO_IDS = {};

    private final ObjectShape shape;
    private final @Nullable Object[] row;
    private final List<List<LiveObject>> expanded;

    LiveObject(ObjectShape shape, @Nullable Object[] row) {
        this(shape, row, List.of());
    }

    private LiveObject(ObjectShape shape, @Nullable Object[] row, List<List<LiveObject>> expanded) {
        this.shape = shape;
        this.row = row;
        this.expanded = expanded;
    }

    /** The same object with what each of the shape's expansions has found. */
    LiveObject with(List<List<LiveObject>> found) {
        return new LiveObject(shape, row, List.copyOf(found));
    }

    /** The objects at one of the shape's expansions, by its number there: one at most if it is single. */
    public List<LiveObject> expanded(int expansion) {
        return expanded.get(expansion);
    }

    /** The ids that the row has for an expansion. */
    Object[] ids(ObjectShape.OfExpansion expansion) {
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
