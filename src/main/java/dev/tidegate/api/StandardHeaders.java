package dev.tidegate.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * What every answer has: the id of its request, the model's version, and that nobody in between may keep what an endpoint did not allow. Pages for
 * people besides tell the browser to run and load nothing of others, and to show them in nobody's frame.
 */
@Singleton
final class StandardHeaders {
    static final String MODEL = "Tidegate-Model";

    private static final String ALONE = "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String OWN_PAGES = "default-src 'none'; style-src 'unsafe-inline'" + ALONE;

    /** Swagger UI has a script and styles in its page, and calls the gateway. */
    private static final String FRAMEWORK_PAGES = "default-src 'self'; script-src 'self' 'unsafe-inline'; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data:" + ALONE;

    private static final String ONE_YEAR = "max-age=31536000";

    private final RequestEditions editions;

    StandardHeaders(RequestEditions editions) {
        this.editions = editions;
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 5).handler(this::add);
    }

    /** For an answer that is given before any route is asked. */
    void putOn(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(RequestTrails.HEADER, RequestTrails.of(context).request());
        response.putHeader(MODEL, editions.of(context).version());
        response.putHeader("X-Content-Type-Options", "nosniff");
        if (context.request().isSSL()) {
            response.putHeader("Strict-Transport-Security", ONE_YEAR);
        }
    }

    private void add(RoutingContext context) {
        HttpServerResponse response = context.response();
        putOn(context);
        context.addHeadersEndHandler(_ -> {
            String path = Faults.pathOf(context);
            if (isAboutData(path) && !response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
                response.putHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
            }
            if (isPage(response)) {
                protect(response, path);
            }
        });
        context.next();
    }

    private static boolean isPage(HttpServerResponse response) {
        @Nullable String type = response.headers().get(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith("text/html");
    }

    private static void protect(HttpServerResponse response, String path) {
        response.putHeader("Content-Security-Policy", path.startsWith("/q/") ? FRAMEWORK_PAGES : OWN_PAGES);
        response.putHeader("X-Frame-Options", "DENY");
        response.putHeader("Referrer-Policy", "no-referrer");
    }

    private static boolean isAboutData(String path) {
        return path.startsWith("/v1/") || path.startsWith("/admin/");
    }
}
