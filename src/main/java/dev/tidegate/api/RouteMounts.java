package dev.tidegate.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;

/**
 * Mounts what the gateway is asked most often as routes of Vert.x: a request passes nothing of a REST framework, and when its
 * credentials were right a moment ago, nothing of authentication either.
 */
@Singleton
final class RouteMounts {
    /** Behind authentication, before the REST framework, which takes whatever is left. */
    private static final int ORDER = -50;

    /** Behind CORS, before authentication. */
    private static final int EARLY = -250;

    private final Callers callers;
    private final RouteAnswers ending;
    private final boolean early;

    RouteMounts(Config config, Callers callers, RouteAnswers ending) {
        this.callers = callers;
        this.ending = ending;
        this.early = !hasPermissions(config);
    }

    /** Whether an operator has set permissions of Quarkus before the gateway's own: everybody passes them then. */
    private static boolean hasPermissions(Config config) {
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("quarkus.http.auth.permission.")) {
                return true;
            }
        }
        return false;
    }

    /** A part of the path, which the route that matched has. */
    static String part(RoutingContext context, String name) {
        return Objects.requireNonNull(context.pathParam(name));
    }

    /** {@code work} brings what is answered, or nothing when it has answered by itself. */
    void read(Router router, String path, Function<RoutingContext, Uni<Optional<JsonAnswer>>> work) {
        mount(router, HttpMethod.GET, path, work);
        mount(router, HttpMethod.HEAD, path, work);
    }

    /** The same for a request with a body, which is not lost while the caller is looked up. */
    void post(Router router, String path, Function<RoutingContext, Uni<Optional<JsonAnswer>>> work) {
        mount(router, HttpMethod.POST, path, context -> {
            context.request().pause();
            return work.apply(context);
        });
    }

    private void mount(
            Router router, HttpMethod method, String path, Function<RoutingContext, Uni<Optional<JsonAnswer>>> work) {
        if (early) {
            router.route(method, path).order(EARLY).handler(context -> {
                if (callers.isKnown(context)) {
                    ending.answer(context, work.apply(context));
                } else {
                    context.next();
                }
            });
        }
        router.route(method, path).order(ORDER).handler(context -> ending.answer(context, work.apply(context)));
    }
}
