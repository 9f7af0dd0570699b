package dev.tidegate.api;

import dev.tidegate.observation.Observer;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.Work;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Has each call of the API followed, from before anything is done about it until its answer is sent, however long that streams. What
 * is not of the API is not followed, and nothing is put in the way of requests when nobody follows any.
 */
@Singleton
final class CallSpans {
    private final Observer observer;

    CallSpans(Observer observer) {
        this.observer = observer;
    }

    void install(@Observes Router router) {
        if (observer.follows()) {
            router.route().order(Integer.MIN_VALUE + 4).handler(this::follow);
        }
    }

    private void follow(RoutingContext context) {
        if (isOfTheApi(Faults.pathOf(context))) {
            Span span = observer.follow(
                    new Work.Call(context.request().method().name(), RequestTrails.parent(context.request())));
            RequestTrails.begin(context, span);
            if (span.recorded().isPresent()) {
                RequestEnd.then(context, () -> end(context, span));
            }
        }
        context.next();
    }

    private static void end(RoutingContext context, Span span) {
        span.answered(
                KnownPaths.templateOf(Faults.pathOf(context)),
                context.response().headWritten() ? context.response().getStatusCode() : 0);
        span.end();
    }

    private static boolean isOfTheApi(String path) {
        return path.startsWith("/v1/") || path.startsWith("/admin/");
    }
}
