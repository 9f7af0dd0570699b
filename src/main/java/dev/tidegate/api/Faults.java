package dev.tidegate.api;

import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.handler.HttpException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.util.UUID;

/**
 * What a failure means to the client: the problem of a refusal, the code that fits a status of HTTP, and for everything
 * else, which is a bug, an incident's number and nothing more. Shared by everybody who answers with problems.
 */
@Singleton
final class Faults {
    private final Observer observer;

    Faults(Observer observer) {
        this.observer = observer;
    }

    /** An answer: the problem and the URI that names this occurrence of it. */
    record Answer(Problem problem, String instance) {}

    Answer answer(Throwable failure, String path) {
        return switch (failure) {
            case Refusal refusal -> new Answer(refusal.problem(), path);
            case WebApplicationException http -> ofStatus(http.getResponse().getStatus(), http, path);
            case HttpException http -> ofStatus(http.getStatusCode(), http, path);
            case AuthenticationException _, UnauthorizedException _ -> new Answer(unauthenticated(), path);
            case ForbiddenException _ ->
                new Answer(Problem.of(ProblemCode.ACCESS_DENIED, "This is not allowed."), path);
            default -> incident(failure);
        };
    }

    /** The problem that fits a status which the framework chose. */
    Answer ofStatus(int status, Throwable cause, String path) {
        return switch (status) {
            case 400 ->
                new Answer(Problem.of(ProblemCode.MALFORMED_REQUEST, "The request is not properly formed."), path);
            case 401 -> new Answer(unauthenticated(), path);
            case 403 -> new Answer(Problem.of(ProblemCode.ACCESS_DENIED, "This is not allowed."), path);
            case 404 ->
                new Answer(
                        Problem.of(ProblemCode.NO_SUCH_PATH, "There is nothing at this path. See /q/openapi."), path);
            case 405 ->
                new Answer(
                        Problem.of(
                                ProblemCode.METHOD_NOT_ALLOWED,
                                "This method has no meaning here; see the header Allow."),
                        path);
            case 406 ->
                new Answer(
                        Problem.of(
                                ProblemCode.NOT_ACCEPTABLE,
                                "None of the media types that the request accepts is offered here. Try application/json."),
                        path);
            case 413, 414, 431 -> new Answer(Problem.of(ProblemCode.TOO_LARGE, "The request is too large."), path);
            case 415 ->
                new Answer(
                        Problem.of(
                                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                                "A body has to be sent as JSON, with the header Content-Type: application/json."),
                        path);
            default ->
                status >= 400 && status < 500
                        ? new Answer(
                                Problem.of(ProblemCode.MALFORMED_REQUEST, "The request cannot be understood."), path)
                        : incident(cause);
        };
    }

    private Answer incident(Throwable failure) {
        UUID incident = UUID.randomUUID();
        observer.see(new Observation.RequestFaulted(incident, failure));
        return new Answer(
                Problem.of(
                        ProblemCode.INTERNAL_ERROR,
                        "The gateway failed to answer. Its log tells more under incident " + incident + "."),
                "urn:uuid:" + incident);
    }

    static Problem unauthenticated() {
        return Problem.of(
                ProblemCode.UNAUTHENTICATED, "This call needs a known caller. Send valid credentials with it.");
    }
}
