package dev.tidegate.api;

import dev.tidegate.observation.RequestTrail;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request its id: that of the header {@code X-Request-Id} where it is sound, or a new one. What is noted of a request
 * goes with it, so that lines which are written meanwhile can tell.
 */
final class RequestTrails {
    static final String HEADER = "X-Request-Id";

    private static final int LONGEST = 64;
    private static final String TRACE_PARENT = "traceparent";

    private RequestTrails() {}

    static RequestTrail of(RoutingContext context) {
        @Nullable RequestTrail known = context.get(RequestTrail.KEY);
        return known == null ? begin(context, Span.NONE, parent(context.request())) : known;
    }

    /** Of a request that is followed, before anything else is done about it. */
    static void begin(RoutingContext context, Span span) {
        begin(context, span, Optional.empty());
    }

    private static RequestTrail begin(RoutingContext context, Span span, Optional<TraceParent> parent) {
        RequestTrail trail = new RequestTrail(id(context.request()), parent.map(TraceParent::trace), span);
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

    /** Where the caller says that the request belongs; nowhere if that is not properly said, or said twice. */
    static Optional<TraceParent> parent(HttpServerRequest request) {
        @Nullable String parent = request.getHeader(TRACE_PARENT);
        return parent == null || request.headers().getAll(TRACE_PARENT).size() > 1
                ? Optional.empty()
                : TraceParent.parse(parent);
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
