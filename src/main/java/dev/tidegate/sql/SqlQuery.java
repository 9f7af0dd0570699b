package dev.tidegate.sql;

import java.util.List;

/**
 * Statement text with {@code $1 … $n} and what is bound there. No text of a user stands in {@code text}. {@code point} says that
 * no data makes it long, so that others may wait behind it.
 */
public record SqlQuery(String text, List<Bind> binds, boolean point) {
    public SqlQuery {
        binds = List.copyOf(binds);
    }

    public SqlQuery(String text, List<Bind> binds) {
        this(text, binds, false);
    }
}
