package dev.tidegate.api;

import dev.tidegate.model.Model;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What every answer has: the id of its request, the model's version, and that nobody in between may keep what an endpoint did not allow. */
@Singleton
final class StandardHeaders {
    static final String MODEL = "Tidegate-Model";

    private final String version;

    StandardHeaders(Model model) {
        this.version = model.version();
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 5).handler(this::add);
    }

    /** For an answer that is given before any route is asked. */
    void putOn(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(RequestTrails.HEADER, RequestTrails.of(context).request());
        response.putHeader(MODEL, version);
        response.putHeader("X-Content-Type-Options", "nosniff");
    }

    private void add(RoutingContext context) {
        HttpServerResponse response = context.response();
        putOn(context);
        context.addHeadersEndHandler(_ -> {
            if (isAboutData(Faults.pathOf(context)) && !response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
                response.putHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
            }
        });
        context.next();
    }

    private static boolean isAboutData(String path) {
        return path.startsWith("/v1/") || path.startsWith("/admin/");
    }
}
