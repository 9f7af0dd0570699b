package dev.tidegate.sql;

import java.util.List;

/** Statement text with {@code $1 … $n} and what is bound there. No text of a user stands in {@code text}. */
public record SqlQuery(String text, List<Bind> binds) {
    public SqlQuery {
        binds = List.copyOf(binds);
    }
}
