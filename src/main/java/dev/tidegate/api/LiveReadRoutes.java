package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.LiveReads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * Live reads over HTTP. They are what the gateway is asked most often, so they are routes of Vert.x: what a request passes is
 * this and nothing of a REST framework.
 */
@Singleton
final class LiveReadRoutes {
    /** Behind authentication, before the REST framework, which takes whatever is left. */
    private static final int ORDER = -50;

    private static final String OBJECTS = "/v1/profiles/:profile/objects/:entity";

    private final Calls calls;
    private final QueryReader queries;
    private final LiveReads reads;
    private final ReadAnswers answers;
    private final ProblemAnswers problems;

    LiveReadRoutes(Calls calls, QueryReader queries, LiveReads reads, ReadAnswers answers, ProblemAnswers problems) {
        this.calls = calls;
        this.queries = queries;
        this.reads = reads;
        this.answers = answers;
        this.problems = problems;
    }

    void install(@Observes Router router) {
        mount(router, HttpMethod.GET, OBJECTS, this::page);
        mount(router, HttpMethod.HEAD, OBJECTS, this::page);
        mount(router, HttpMethod.GET, OBJECTS + "/:id", this::object);
        mount(router, HttpMethod.HEAD, OBJECTS + "/:id", this::object);
        mount(router, HttpMethod.POST, "/v1/profiles/:profile/queries", this::query);
    }

    private void mount(Router router, HttpMethod method, String path, Function<RoutingContext, Uni<JsonAnswer>> read) {
        router.route(method, path).order(ORDER).handler(context -> {
            // A body is not lost while the caller is looked up.
            context.request().pause();
            read.apply(context)
                    .subscribe()
                    .with(answer -> send(context, answer), failure -> problems.send(context, failure));
        });
    }

    private Uni<JsonAnswer> page(RoutingContext context) {
        return calls.in(context, part(context, "profile"))
                .invoke(LiveReadRoutes::requireJson)
                .flatMap(call -> reads.page(queries.page(call, part(context, "entity")))
                        .map(page -> answers.page(call, page)));
    }

    private Uni<JsonAnswer> query(RoutingContext context) {
        return calls.withBody(context, part(context, "profile"))
                .invoke(called -> requireJson(called.call()))
                .map(queries::page)
                .flatMap(reads::page)
                .map(answers::page);
    }

    private Uni<JsonAnswer> object(RoutingContext context) {
        return calls.in(context, part(context, "profile"))
                .invoke(LiveReadRoutes::requireJson)
                .flatMap(
                        call -> reads.object(queries.object(call, part(context, "entity"), part(context, "id")))
                                .map(object -> answers.object(call, object)));
    }

    /** A part of the path, which the route that matched has. */
    private static String part(RoutingContext context, String name) {
        return Objects.requireNonNull(context.pathParam(name));
    }

    private static void send(RoutingContext context, JsonAnswer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (answer.hasBody()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            response.end(answer.body());
        } else {
            response.end();
        }
    }

    /** Answers are JSON. Streams come later, and other types never. */
    private static void requireJson(Call call) {
        String accept = call.header(HttpHeaders.ACCEPT).orElse("*/*").toLowerCase(Locale.ROOT);
        if (accept.isBlank()
                || accept.contains("*/*")
                || accept.contains("application/json")
                || accept.contains("application/*")) {
            return;
        }
        throw accept.contains("application/x-ndjson")
                ? Refusal.of(
                        ProblemCode.NOT_IMPLEMENTED_YET,
                        "Streams of application/x-ndjson come with the next release of the gateway. Accept"
                                + " application/json and page by offset.")
                : Refusal.of(ProblemCode.NOT_ACCEPTABLE, "Objects are sent as application/json only.");
    }
}
