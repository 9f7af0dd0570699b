package dev.tidegate.ops;

import io.vertx.sqlclient.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a log may show it: of what kind, and where, but without its message, which may quote what users sent. Of what a
 * database said the SQLSTATE is left.
 */
final class TraceOnly extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 10;

    private TraceOnly(String kind, @Nullable TraceOnly cause, StackTraceElement[] places) {
        super(kind, cause);
        setStackTrace(places);
    }

    static TraceOnly of(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = failure; next != null && chain.size() < DEEPEST; next = next.getCause()) {
            chain.add(next);
        }
        TraceOnly shown = null;
        for (Throwable each : chain.reversed()) {
            shown = new TraceOnly(kind(each), shown, each.getStackTrace());
        }
        return Objects.requireNonNull(shown, "a failure at least");
    }

    private static String kind(Throwable failure) {
        String name = failure.getClass().getName();
        return failure instanceof DatabaseException database ? name + " (" + database.getSqlState() + ")" : name;
    }
}
