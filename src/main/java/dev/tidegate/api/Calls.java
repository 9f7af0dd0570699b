package dev.tidegate.api;

import dev.tidegate.edition.Edition;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.xpath.TimeZones;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The door to every call below a profile. First the caller must be known, then the profile, then the caller be admitted to
 * it, and only then is a body read. An endpoint begins with one of these and goes on with a {@link Call}.
 */
@Singleton
final class Calls {
    private final Callers callers;
    private final RequestEditions editions;
    private final RequestBodies bodies;
    private final CurrentVertxRequest current;
    private final Observer observer;

    Calls(
            Callers callers,
            RequestEditions editions,
            RequestBodies bodies,
            CurrentVertxRequest current,
            Observer observer) {
        this.callers = callers;
        this.editions = editions;
        this.bodies = bodies;
        this.current = current;
        this.observer = observer;
    }

    /** What serves the request that is being worked on. */
    Edition edition() {
        return editions.of(current.getCurrent());
    }

    /** A call that belongs to no profile and takes no parameters. */
    Uni<Signed> outsideProfiles() {
        RoutingContext context = current.getCurrent();
        QueryString query = QueryString.parse(context.request().query());
        return callers.required(context)
                .invoke(signed -> noteCaller(signed, context))
                .invoke(query::finish);
    }

    /** A call of an operator. */
    Uni<OperatorCall> ofOperator() {
        return ofOperator(current.getCurrent());
    }

    /** The same for a request that a route has. */
    Uni<OperatorCall> ofOperator(RoutingContext context) {
        return callers.required(context)
                .invoke(signed -> noteCaller(signed, context))
                .invoke(Calls::requireOperator)
                .invoke(signed -> noteOperator(signed, context))
                .map(signed -> new OperatorCall(
                        editions.of(context),
                        signed,
                        QueryString.parse(context.request().query()),
                        context));
    }

    /** Whether the caller of a long call would be let in again just now, and as the same. */
    Uni<Boolean> again(Call call) {
        return callers.again(call.context())
                .map(now -> now.filter(signed -> isSame(signed, call)).isPresent());
    }

    private static boolean isSame(Signed now, Call call) {
        return now.caller().name().equals(call.caller().name())
                && now.caller().roles().equals(call.caller().roles());
    }

    private static void noteCaller(Signed signed, RoutingContext context) {
        RequestTrails.of(context).by(signed.caller().name());
    }

    private void noteOperator(Signed operator, RoutingContext context) {
        observer.see(new Observation.OperatorCalled(
                operator.caller().name(),
                context.request().method().name(),
                Faults.pathOf(context),
                RequestTrails.of(context).request()));
    }

    /** The body of a call of {@code application/json}. */
    Uni<JsonObject> body(OperatorCall call) {
        return bodies.json(call.context(), "application/json");
    }

    /** The body of a call that may do without; without one nothing stands in it. */
    Uni<JsonObject> optionalBody(RoutingContext context) {
        return bodies.optionalJson(context, "application/json");
    }

    /** Refuses a body where none is read. */
    Uni<Void> withoutBody(OperatorCall call, String why) {
        return bodies.none(call.context(), why);
    }

    /** A call without a body. */
    Uni<Call> in(String profile) {
        return in(current.getCurrent(), profile);
    }

    /** The same for a request that a route has. */
    Uni<Call> in(RoutingContext context, String profile) {
        return callers.required(context).map(signed -> admit(signed, profile, context));
    }

    /** A call with a body of {@code application/json}. */
    Uni<BodyCall> withBody(String profile) {
        return withBody(profile, "application/json");
    }

    /** A call with a JSON body of one of the media types. */
    Uni<BodyCall> withBody(String profile, String... mediaTypes) {
        return withBody(current.getCurrent(), profile, mediaTypes);
    }

    /** The same for a request that a route has. */
    Uni<BodyCall> withBody(RoutingContext context, String profile) {
        return withBody(context, profile, "application/json");
    }

    private Uni<BodyCall> withBody(RoutingContext context, String profile, String... mediaTypes) {
        return in(context, profile)
                .flatMap(call -> bodies.json(call.context(), mediaTypes).map(body -> new BodyCall(call, body)));
    }

    static void requireOperator(Signed signed) {
        if (!signed.operator()) {
            throw Refusal.of(ProblemCode.ACCESS_DENIED, "This takes the role 'operator', which you do not have.");
        }
    }

    private Call admit(Signed signed, String name, RoutingContext context) {
        noteCaller(signed, context);
        Edition edition = editions.of(context);
        Profile profile = edition.model().profiles().get(new ProfileName(name));
        if (profile == null) {
            throw Refusal.of(
                    ProblemCode.UNKNOWN_PROFILE,
                    "There is no profile '" + Texts.shorten(name) + "'. GET /v1/profiles lists yours.");
        }
        if (!profile.admits(signed.caller().roles())) {
            throw Refusal.of(
                    ProblemCode.PROFILE_NOT_ALLOWED,
                    "None of your roles may use profile '" + name + "'. GET /v1/profiles lists those that you may.");
        }
        Signed inZone = signed.in(zone(context));
        return new Call(
                edition, inZone, profile, QueryString.parse(context.request().query()), context);
    }

    /** The session's time zone, in which constraints read dates and clocks. */
    private static ZoneId zone(RoutingContext context) {
        String name = context.request().getHeader("Time-Zone");
        return name == null
                ? ZoneOffset.UTC
                : TimeZones.named(name)
                        .orElseThrow(() -> Refusal.of(
                                ProblemCode.MALFORMED_REQUEST,
                                "The header Time-Zone has to name an IANA time zone, such as Europe/Paris."));
    }
}
