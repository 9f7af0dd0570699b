package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.Arrays;
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

    static SqlStatement of(String text, @Nullable Object... values) {
        return new SqlStatement(text, Arrays.asList(values));
    }
}
