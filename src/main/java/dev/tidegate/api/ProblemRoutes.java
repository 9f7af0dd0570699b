package dev.tidegate.api;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Problems also where no endpoint was reached: paths that nobody serves, and what fails on the way to one. */
@Singleton
final class ProblemRoutes {
    private final Faults faults;
    private final ProblemAnswers problems;

    ProblemRoutes(Faults faults, ProblemAnswers problems) {
        this.faults = faults;
        this.problems = problems;
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 10).failureHandler(this::failed);
        router.route().order(Integer.MIN_VALUE + 15).handler(this::judgeLine);
        router.route().order(Integer.MAX_VALUE).handler(this::unknownPath);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 431}) {
            router.errorHandler(status, this::failed);
        }
    }

    private void judgeLine(RoutingContext context) {
        RequestLine.fault(context.request().uri())
                .ifPresentOrElse(problem -> problems.send(context, faults.refused(problem, context)), context::next);
    }

    private void unknownPath(RoutingContext context) {
        problems.send(context, faults.ofStatus(404, new IllegalStateException("unknown path"), context));
    }

    private void failed(RoutingContext context) {
        Throwable cause = Optional.ofNullable(context.failure())
                .orElseGet(() -> new IllegalStateException("failed with status " + context.statusCode()));
        boolean onlyStatus = context.failure() == null || (context.statusCode() >= 400 && context.statusCode() < 500);
        problems.send(
                context,
                onlyStatus ? faults.ofStatus(context.statusCode(), cause, context) : faults.answer(cause, context));
    }
}
