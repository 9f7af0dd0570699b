package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/**
 * Live reads over HTTP. They are what the gateway is asked most often, so they are routes of Vert.x: what a request passes is
 * this and nothing of a REST framework.
 */
@Singleton
final class LiveReadRoutes {
    /** Behind authentication, before the REST framework, which takes whatever is left. */
    private static final int ORDER = -50;

    /** Behind CORS, before authentication: whose credentials were right a moment ago needs nothing of what lies between. */
    private static final int EARLY = -250;

    private static final String OBJECTS = "/v1/profiles/:profile/objects/:entity";

    private final Config config;
    private final Callers callers;
    private final Calls calls;
    private final QueryReader queries;
    private final LiveReads reads;
    private final ReadAnswers answers;
    private final NdjsonStreams streams;
    private final ObjectLines lines;
    private final RouteAnswers ending;

    LiveReadRoutes(
            Config config,
            Callers callers,
            Calls calls,
            QueryReader queries,
            LiveReads reads,
            ReadAnswers answers,
            NdjsonStreams streams,
            ObjectLines lines,
            RouteAnswers ending) {
        this.config = config;
        this.callers = callers;
        this.calls = calls;
        this.queries = queries;
        this.reads = reads;
        this.answers = answers;
        this.streams = streams;
        this.lines = lines;
        this.ending = ending;
    }

    void install(@Observes Router router) {
        boolean early = !hasPermissions();
        mount(router, early, HttpMethod.GET, OBJECTS, this::page);
        mount(router, early, HttpMethod.HEAD, OBJECTS, this::page);
        mount(router, early, HttpMethod.GET, OBJECTS + "/:id", this::object);
        mount(router, early, HttpMethod.HEAD, OBJECTS + "/:id", this::object);
        mount(router, early, HttpMethod.POST, "/v1/profiles/:profile/queries", this::query);
    }

    private void mount(
            Router router,
            boolean early,
            HttpMethod method,
            String path,
            Function<RoutingContext, Uni<Optional<JsonAnswer>>> read) {
        if (early) {
            router.route(method, path).order(EARLY).handler(context -> {
                if (callers.isKnown(context)) {
                    answer(context, read);
                } else {
                    context.next();
                }
            });
        }
        router.route(method, path).order(ORDER).handler(context -> answer(context, read));
    }

    /** Whether an operator has set permissions of Quarkus before the gateway's own: everybody passes them then. */
    private boolean hasPermissions() {
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("quarkus.http.auth.permission.")) {
                return true;
            }
        }
        return false;
    }

    private void answer(RoutingContext context, Function<RoutingContext, Uni<Optional<JsonAnswer>>> read) {
        if (context.request().method().equals(HttpMethod.POST)) {
            // A body is not lost while the caller is looked up.
            context.request().pause();
        }
        ending.answer(context, read.apply(context));
    }

    private Uni<Optional<JsonAnswer>> page(RoutingContext context) {
        return calls.in(context, part(context, "profile")).flatMap(call -> switch (offer(
                call, Offer.JSON, Offer.NDJSON)) {
            case JSON ->
                reads.page(queries.page(call, part(context, "entity")))
                        .map(page -> Optional.of(answers.page(call, page)));
            case NDJSON -> stream(context, queries.stream(call, part(context, "entity")));
        });
    }

    private Uni<Optional<JsonAnswer>> query(RoutingContext context) {
        return calls.withBody(context, part(context, "profile")).flatMap(called -> switch (offer(
                called.call(), Offer.JSON, Offer.NDJSON)) {
            case JSON -> reads.page(queries.page(called)).map(page -> Optional.of(answers.page(page)));
            case NDJSON -> stream(context, queries.stream(called));
        });
    }

    private Uni<Optional<JsonAnswer>> object(RoutingContext context) {
        return calls.in(context, part(context, "profile"))
                .invoke(call -> offer(call, Offer.JSON))
                .flatMap(call -> reads.object(queries.object(call, part(context, "entity"), part(context, "id")))
                        .map(object -> Optional.of(answers.object(call, object))));
    }

    /** A stream answers by itself. */
    private Uni<Optional<JsonAnswer>> stream(RoutingContext context, PageRequest query) {
        return streams.send(context, reads.stream(query).map(lines::of)).map(_ -> Optional.empty());
    }

    /** A part of the path, which the route that matched has. */
    private static String part(RoutingContext context, String name) {
        return Objects.requireNonNull(context.pathParam(name));
    }

    private static Offer offer(Call call, Offer... offered) {
        return Offer.of(call.request(), offered)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "Objects are sent as "
                                + Stream.of(offered).map(Offer::mediaType).collect(Collectors.joining(" or ")) + "."));
    }
}
