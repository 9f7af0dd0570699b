package dev.tidegate.store;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Columns of rows, for statements that take arrays. */
final class Columns {
    private Columns() {}

    /** One value of each row, in their order. */
    static <T, V extends @Nullable Object> V[] column(
            Collection<T> rows, Function<T, V> value, IntFunction<V[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}
