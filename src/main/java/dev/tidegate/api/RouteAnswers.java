package dev.tidegate.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** Ends what a route of Vert.x has begun: with JSON, with a problem, or not at all when a stream has answered by itself. */
@Singleton
final class RouteAnswers {
    private final ProblemAnswers problems;

    RouteAnswers(ProblemAnswers problems) {
        this.problems = problems;
    }

    void answer(RoutingContext context, Uni<Optional<JsonAnswer>> work) {
        work.subscribe()
                .with(
                        answer -> answer.ifPresent(json -> send(context, json)),
                        failure -> problems.send(context, failure));
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
}
