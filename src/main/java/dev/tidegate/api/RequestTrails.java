package dev.tidegate.api;

import dev.tidegate.observation.RequestTrail;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request its id: that of the header {@code X-Request-Id} where it is sound, or a new one. What is noted of a request
 * goes with it, so that lines which are written meanwhile can tell.
 */
final class RequestTrails {
    static final String HEADER = "X-Request-Id";

    private static final int LONGEST = 64;
    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,200}");

    private RequestTrails() {}

    static RequestTrail of(RoutingContext context) {
        @Nullable RequestTrail known = context.get(RequestTrail.KEY);
        return known == null ? begin(context) : known;
    }

    private static RequestTrail begin(RoutingContext context) {
        RequestTrail trail = new RequestTrail(id(context.request()), trace(context.request()));
        context.put(RequestTrail.KEY, trail);
        if (VertxContext.isOnDuplicatedContext()) {
            ContextLocals.put(RequestTrail.KEY, trail);
        }
        return trail;
    }

    private static String id(HttpServerRequest request) {
        @Nullable String sent = request.getHeader(HEADER);
        return sent != null && isSound(sent)
                ? sent
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** The trace's id of a W3C context, whose parts have fixed places. */
    private static Optional<String> trace(HttpServerRequest request) {
        @Nullable String parent = request.getHeader("traceparent");
        return parent != null && TRACE_PARENT.matcher(parent).matches()
                ? Optional.of(parent.substring(3, 35))
                : Optional.empty();
    }

    private static boolean isSound(String id) {
        return !id.isEmpty() && id.length() <= LONGEST && id.chars().allMatch(RequestTrails::isSound);
    }

    private static boolean isSound(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
