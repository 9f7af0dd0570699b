package dev.tidegate.download;

import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Situation;
import dev.tidegate.xpath.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values for the binds of a download's statements. {@code then} is the situation that the client's objects were judged in. */
record PullValues(Situation now, Situation then, Map<Bind, Object> window) {
    PullValues {
        window = Map.copyOf(window);
    }

    PullValues with(Map<Bind, Object> more) {
        Map<Bind, Object> all = new HashMap<>(window);
        all.putAll(more);
        return new PullValues(now, then, all);
    }

    @Nullable
    Object[] of(SqlQuery query) {
        return query.binds().stream().map(this::value).toArray();
    }

    private Object value(Bind bind) {
        return switch (bind) {
            case Bind.OfConstraint constraint -> constraint.value(now, PullValues::unbound);
            case Bind.Then(var constraint) -> constraint.value(then, PullValues::unbound);
            case Bind.OfWindow _ -> windowed(bind);
        };
    }

    private Object windowed(Bind bind) {
        Object value = window.get(bind);
        if (value == null) {
            throw new IllegalStateException("nothing is bound for " + bind);
        }
        return value;
    }

    private static Object unbound(Value.Parameter parameter) {
        throw new IllegalStateException("$" + parameter.name() + " stands in a model, which has no parameters");
    }
}
