package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with {@code $1 … $n} and the values for them: JDK values of their {@link dev.tidegate.model.ValueType}, or
 * arrays of such ({@code Object[]} of one class).
 */
public record SqlStatement(String text, List<@Nullable Object> values) {
    public SqlStatement {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /** Not a method of variable arity: an array is one value here. */
    static SqlStatement of(String text, Object value) {
        return new SqlStatement(text, List.of(value));
    }

    static SqlStatement of(String text, Object first, Object second) {
        return new SqlStatement(text, List.of(first, second));
    }
}
