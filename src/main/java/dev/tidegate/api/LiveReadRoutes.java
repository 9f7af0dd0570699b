package dev.tidegate.api;

import dev.tidegate.read.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Live reads over HTTP. */
@Singleton
final class LiveReadRoutes {
    private static final String OBJECTS = "/v1/profiles/:profile/objects/:entity";

    private final RouteMounts mounts;
    private final Calls calls;
    private final QueryReader queries;
    private final ReadAnswers answers;
    private final NdjsonStreams streams;
    private final ObjectLines lines;

    LiveReadRoutes(
            RouteMounts mounts,
            Calls calls,
            QueryReader queries,
            ReadAnswers answers,
            NdjsonStreams streams,
            ObjectLines lines) {
        this.mounts = mounts;
        this.calls = calls;
        this.queries = queries;
        this.answers = answers;
        this.streams = streams;
        this.lines = lines;
    }

    void install(@Observes Router router) {
        mounts.read(router, OBJECTS, this::page);
        mounts.read(router, OBJECTS + "/:id", this::object);
        mounts.post(router, "/v1/profiles/:profile/queries", this::query);
    }

    private Uni<Optional<JsonAnswer>> page(RoutingContext context) {
        return calls.in(context, RouteMounts.part(context, "profile")).flatMap(call -> switch (offer(
                call, Offer.JSON, Offer.NDJSON)) {
            case JSON ->
                call.edition()
                        .reads()
                        .page(queries.page(call, RouteMounts.part(context, "entity")))
                        .map(page -> Optional.of(answers.page(call, page)));
            case NDJSON -> stream(call, queries.stream(call, RouteMounts.part(context, "entity")));
        });
    }

    private Uni<Optional<JsonAnswer>> query(RoutingContext context) {
        return calls.withBody(context, RouteMounts.part(context, "profile")).flatMap(called -> switch (offer(
                called.call(), Offer.JSON, Offer.NDJSON)) {
            case JSON ->
                called.call().edition().reads().page(queries.page(called)).map(page -> Optional.of(answers.page(page)));
            case NDJSON -> stream(called.call(), queries.stream(called));
        });
    }

    private Uni<Optional<JsonAnswer>> object(RoutingContext context) {
        return calls.in(context, RouteMounts.part(context, "profile"))
                .invoke(call -> offer(call, Offer.JSON))
                .flatMap(call -> call.edition()
                        .reads()
                        .object(queries.object(
                                call, RouteMounts.part(context, "entity"), RouteMounts.part(context, "id")))
                        .map(object -> Optional.of(answers.object(call, object))));
    }

    /** A stream answers by itself. */
    private Uni<Optional<JsonAnswer>> stream(Call call, PageRequest query) {
        return streams.send(call.context(), call.edition().reads().stream(query).map(lines::of))
                .map(_ -> Optional.empty());
    }

    private static Offer offer(Call call, Offer... offered) {
        return Offer.required(call.request(), "Objects are", offered);
    }
}
