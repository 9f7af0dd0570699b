package dev.tidegate.api;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.QueueOutage;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * What a failure means to the client: the problem of a refusal, the code that fits a status of HTTP, and for everything
 * else, which is a bug, an incident's number and nothing more. Shared by everybody who answers with problems.
 */
@Singleton
final class Faults {
    private static final String ENTITY = "tidegate.entity";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String SEEN = "tidegate.refusal-seen";

    private final Observer observer;
    private final RequestEditions editions;

    Faults(Observer observer, RequestEditions editions) {
        this.observer = observer;
        this.editions = editions;
    }

    /** An answer: the problem and the URI that names this occurrence of it. */
    record Answer(Problem problem, String instance) {}

    Answer answer(Throwable failure, RoutingContext context) {
        return switch (failure) {
            case Refusal refusal -> {
                if (refusal.getCause() instanceof QueueOutage outage) {
                    observer.see(new Observation.QueueFailed(String.valueOf(outage.getMessage())));
                }
                yield refused(refusal.problem(), context);
            }
            case WebApplicationException http -> ofStatus(http.getResponse().getStatus(), http, context);
            case HttpException http -> ofStatus(http.getStatusCode(), http, context);
            case AuthenticationException _ -> refused(unauthenticated(failure), context);
            case UnauthorizedException _ -> refused(unauthenticated(), context);
            case ForbiddenException _ -> refused(forbidden(), context);
            case OIDCException _ -> refused(withoutKeys(), context);
            default -> incident(failure, context);
        };
    }

    /** The problem that fits a status which the framework chose. */
    Answer ofStatus(int status, Throwable cause, RoutingContext context) {
        return problem(status).map(problem -> refused(problem, context)).orElseGet(() -> incident(cause, context));
    }

    /**
     * The answer with a problem that the client has to solve. Every refusal passes here on its way out, and is observed
     * here, once for each request, however many places failed on the way.
     */
    Answer refused(Problem problem, RoutingContext context) {
        String path = pathOf(context);
        if (context.get(SEEN) == null) {
            context.put(SEEN, true);
            observe(problem.code(), path, context);
        }
        return new Answer(problem, path);
    }

    private void observe(ProblemCode code, String path, RoutingContext context) {
        String method = context.request().method().name();
        Optional<EntityName> entity = entity(context, path);
        Observation refused = new Observation.Refused(KnownPaths.flowOf(method, path), entity, code);
        observer.see(refused);
        RequestTrails.of(context).span().see(refused);
        if (code.status() == 401 || code.status() == 403) {
            RequestTrail trail = RequestTrails.of(context);
            observer.see(new Observation.AccessRefused(trail.caller(), method, path, entity, code, trail.request()));
        }
    }

    /** Notes which entity a request names elsewhere than in its path. */
    static void noteEntity(RoutingContext context, String entity) {
        context.put(ENTITY, entity);
    }

    static String pathOf(RoutingContext context) {
        String path = context.request().path();
        return path == null ? "/" : path;
    }

    /** An entity of the model, or none: what clients invent does not become a tag. */
    private Optional<EntityName> entity(RoutingContext context, String path) {
        Optional<String> noted = Optional.ofNullable(context.get(ENTITY));
        return noted.or(() -> KnownPaths.entityOf(path))
                .flatMap(editions.of(context).model()::entityNamed);
    }

    private static Optional<Problem> problem(int status) {
        return switch (status) {
            case 400 -> Optional.of(Problem.of(ProblemCode.MALFORMED_REQUEST, "The request is not properly formed."));
            case 401 -> Optional.of(unauthenticated());
            case 403 -> Optional.of(forbidden());
            case 404 ->
                Optional.of(Problem.of(ProblemCode.NO_SUCH_PATH, "There is nothing at this path. See /q/openapi."));
            case 405 ->
                Optional.of(Problem.of(
                        ProblemCode.METHOD_NOT_ALLOWED, "This method has no meaning here; see the header Allow."));
            case 406 ->
                Optional.of(Problem.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "None of the media types that the request accepts is offered here. Try application/json."));
            case 413, 414, 431 -> Optional.of(Problem.of(ProblemCode.TOO_LARGE, "The request is too large."));
            case 415 ->
                Optional.of(Problem.of(
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        "A body has to be sent as JSON, with the header Content-Type: application/json."));
            default ->
                status >= 400 && status < 500
                        ? Optional.of(Problem.of(ProblemCode.MALFORMED_REQUEST, "The request cannot be understood."))
                        : Optional.empty();
        };
    }

    private static Problem withoutKeys() {
        return Problem.retryable(
                ProblemCode.IDENTITY_UNAVAILABLE,
                "The identity provider has not answered since the gateway started, so no token can be judged yet.",
                Duration.ofSeconds(5));
    }

    private Answer incident(Throwable failure, RoutingContext context) {
        UUID incident = UUID.randomUUID();
        String path = pathOf(context);
        String method = context.request().method().name();
        Observation faulted = new Observation.RequestFaulted(
                incident,
                RequestTrails.of(context).request(),
                KnownPaths.flowOf(method, path),
                METHODS.contains(method) ? method : "other",
                KnownPaths.templateOf(path),
                failure);
        observer.see(faulted);
        RequestTrails.of(context).span().see(faulted);
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

    /** The same with what is wrong with a token, as far as that helps who has it to get a better one. */
    private static Problem unauthenticated(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException invalid) {
                if (invalid.hasExpired()) {
                    return Problem.of(ProblemCode.UNAUTHENTICATED, "The token has expired. Send a new one.");
                }
                if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
                        || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
                    return Problem.of(
                            ProblemCode.UNAUTHENTICATED,
                            "The token is for another audience. Ask the identity provider for one for this gateway.");
                }
            }
        }
        return unauthenticated();
    }

    private static Problem forbidden() {
        return Problem.of(ProblemCode.ACCESS_DENIED, "This is not allowed.");
    }
}
