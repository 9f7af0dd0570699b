package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.Refusal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure of an endpoint becomes an answer: always {@code application/problem+json}. */
@Singleton
final class ProblemMapper {
    private final Faults faults;
    private final Challenge challenge;

    ProblemMapper(Faults faults, Challenge challenge) {
        this.faults = faults;
        this.challenge = challenge;
    }

    @ServerExceptionMapper
    Response refused(Refusal refusal, RoutingContext context) {
        return answer(refusal, context);
    }

    @ServerExceptionMapper
    Response ofStatus(WebApplicationException failure, RoutingContext context) {
        int status = failure.getResponse().getStatus();
        Optional<String> allowed = KnownPaths.methodsOf(Faults.pathOf(context));
        if (allowed.isPresent() && (status == 404 || status == 405)) {
            return response(faults.ofStatus(405, failure, context))
                    .header(HttpHeaders.ALLOW, allowed.get())
                    .build();
        }
        return answer(failure, context);
    }

    @ServerExceptionMapper
    Response unknownCaller(AuthenticationFailedException failure, RoutingContext context) {
        return answer(failure, context);
    }

    @ServerExceptionMapper
    Response noCaller(UnauthorizedException failure, RoutingContext context) {
        return answer(failure, context);
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException failure, RoutingContext context) {
        return answer(failure, context);
    }

    @ServerExceptionMapper
    Response bug(Throwable failure, RoutingContext context) {
        return answer(failure, context);
    }

    private Response answer(Throwable failure, RoutingContext context) {
        return response(faults.answer(failure, context)).build();
    }

    private Response.ResponseBuilder response(Faults.Answer answer) {
        Problem problem = answer.problem();
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .type(ProblemJson.MEDIA_TYPE)
                .entity(ProblemJson.document(problem, answer.instance()));
        problem.retryAfter().ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, ProblemAnswers.seconds(wait)));
        if (challenge.belongsTo(problem.code())) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, challenge.toString());
        }
        return response;
    }
}
