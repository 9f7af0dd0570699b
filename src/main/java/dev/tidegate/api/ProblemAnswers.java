package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;

/** Sends problems where no endpoint of the REST framework answers: from routes, and on the way to one. */
@Singleton
final class ProblemAnswers {
    private final Faults faults;
    private final StandardHeaders headers;
    private final Challenge challenge;

    ProblemAnswers(Faults faults, StandardHeaders headers, Challenge challenge) {
        this.faults = faults;
        this.headers = headers;
        this.challenge = challenge;
    }

    /** The problem that a failure means. */
    void send(RoutingContext context, Throwable failure) {
        send(context, faults.answer(failure, context));
    }

    /** Where an answer has begun already, nothing but the end of the connection can tell. */
    void send(RoutingContext context, Faults.Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            context.request().connection().close();
            return;
        }
        headers.putOn(context);
        Problem problem = answer.problem();
        if (challenge.belongsTo(problem.code())) {
            response.putHeader(HttpHeaders.WWW_AUTHENTICATE, challenge.toString());
        }
        problem.retryAfter().ifPresent(wait -> response.putHeader(HttpHeaders.RETRY_AFTER, seconds(wait)));
        response.setStatusCode(problem.code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemJson.MEDIA_TYPE)
                .end(Buffer.buffer(ProblemJson.document(problem, answer.instance())));
    }

    /** Whole seconds, rounded up: a client that waits so long does not come too early. */
    static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
