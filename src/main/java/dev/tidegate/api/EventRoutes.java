package dev.tidegate.api;

import dev.tidegate.edition.Editions;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Hints over HTTP: a client that listens learns when a pull would bring something. */
@Singleton
final class EventRoutes {
    /** Behind authentication, before the REST framework. */
    private static final int ORDER = -50;

    private static final String EVENTS = "/v1/profiles/:profile/changes/events";
    private static final UUID NONE = new UUID(0, 0);

    private final Calls calls;
    private final EventStreams streams;
    private final Editions editions;
    private final RouteAnswers ending;

    EventRoutes(Calls calls, EventStreams streams, Editions editions, RouteAnswers ending) {
        this.calls = calls;
        this.streams = streams;
        this.editions = editions;
        this.ending = ending;
    }

    void install(@Observes Router router) {
        for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
            router.route(method, EVENTS).order(ORDER).handler(context -> ending.answer(context, listen(context)));
        }
    }

    /** Before anything waits for the requests that are under way: these do not end by themselves. */
    void stop(@Observes ShutdownDelayInitiatedEvent stop) {
        editions.current().hints().end();
    }

    private Uni<Optional<JsonAnswer>> listen(RoutingContext context) {
        return calls.in(context, RouteMounts.part(context, "profile"))
                .invoke(this::listen)
                .replaceWith(Optional.empty());
    }

    private void listen(Call call) {
        QueryString query = call.query();
        query.require("client");
        UUID client = query.uuid("client").orElse(NONE);
        query.finish();
        call.requireOffline();
        if (!Offer.takes(call.request(), EventText.TYPE, EventText.SUBTYPE)) {
            throw Refusal.of(
                    ProblemCode.NOT_ACCEPTABLE, "Events are sent as " + EventText.TYPE + "/" + EventText.SUBTYPE + ".");
        }
        EventStream stream = streams.of(call);
        if (call.request().method().equals(HttpMethod.HEAD)) {
            stream.head();
        } else {
            stream.begin(client);
        }
    }
}
