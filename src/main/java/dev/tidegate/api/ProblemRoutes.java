package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Problems also where no endpoint was reached: paths that nobody serves, and what fails on the way to one. */
@Singleton
final class ProblemRoutes {
    /** As many bytes a request line may have; Vert.x takes more and would say nothing. */
    private static final int LONGEST_URI = 32 * 1024;

    private final Faults faults;

    ProblemRoutes(Faults faults) {
        this.faults = faults;
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 10).failureHandler(this::failed);
        router.route().order(Integer.MIN_VALUE + 15).handler(this::refuseLongLine);
        router.route().order(Integer.MAX_VALUE).handler(this::unknownPath);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 431}) {
            router.errorHandler(status, this::failed);
        }
    }

    private void refuseLongLine(RoutingContext context) {
        if (context.request().uri().length() > LONGEST_URI) {
            send(
                    context,
                    new Faults.Answer(
                            Problem.of(
                                    ProblemCode.TOO_LARGE,
                                    "The request line is longer than " + LONGEST_URI
                                            + " bytes. Send a long query as the body of POST …/queries."),
                            pathOf(context)));
        } else {
            context.next();
        }
    }

    private void unknownPath(RoutingContext context) {
        send(context, faults.ofStatus(404, new IllegalStateException("unknown path"), pathOf(context)));
    }

    private void failed(RoutingContext context) {
        Throwable cause = Optional.ofNullable(context.failure())
                .orElseGet(() -> new IllegalStateException("failed with status " + context.statusCode()));
        boolean onlyStatus = context.failure() == null || (context.statusCode() >= 400 && context.statusCode() < 500);
        send(
                context,
                onlyStatus
                        ? faults.ofStatus(context.statusCode(), cause, pathOf(context))
                        : faults.answer(cause, pathOf(context)));
    }

    private static void send(RoutingContext context, Faults.Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended()) {
            return;
        }
        if (response.headWritten()) {
            context.request().connection().close();
            return;
        }
        if (answer.problem().code() == ProblemCode.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", ProblemMapper.CHALLENGE);
        }
        response.setStatusCode(answer.problem().code().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemJson.MEDIA_TYPE)
                .end(Buffer.buffer(ProblemJson.document(answer.problem(), answer.instance())));
    }

    private static String pathOf(RoutingContext context) {
        String path = context.request().path();
        return path == null ? "/" : path;
    }
}
