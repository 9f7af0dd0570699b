package dev.tidegate.api;

import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.ListPlace;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;

/** The operator's list of operations that could not be applied: a page as JSON, or all of them as a stream of lines. */
@Singleton
final class DeadLetterRoutes {
    private static final String LIST = "/admin/dead-letters";
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final RouteMounts mounts;
    private final Calls calls;
    private final NdjsonStreams streams;

    DeadLetterRoutes(RouteMounts mounts, Calls calls, NdjsonStreams streams) {
        this.mounts = mounts;
        this.calls = calls;
        this.streams = streams;
    }

    void install(@Observes Router router) {
        mounts.read(router, LIST, this::list);
    }

    private Uni<Optional<JsonAnswer>> list(RoutingContext context) {
        return calls.ofOperator(context).flatMap(call -> switch (Offer.required(
                context.request(), "Dead letters are", Offer.JSON, Offer.NDJSON)) {
            case JSON -> page(call);
            case NDJSON -> stream(call);
        });
    }

    private Uni<Optional<JsonAnswer>> page(OperatorCall call) {
        QueryString query = call.query();
        DeadLetterFilter filter = DeadLetterFilters.of(query);
        int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
        long after = OperatorPages.after(query);
        query.finish();
        return call.edition()
                .desk()
                .page(filter, new ListPlace.Behind(after), limit)
                .map(page -> Optional.of(JsonAnswer.ok(DeskJson.page(page))));
    }

    /** It has no pages, so no limit and no place to go on from. */
    private Uni<Optional<JsonAnswer>> stream(OperatorCall call) {
        DeadLetterFilter filter = DeadLetterFilters.of(call.query());
        call.query().finish();
        var loop = Objects.requireNonNull(Vertx.currentContext(), "requests arrive on an event loop");
        return streams.send(
                        call.context(),
                        call.edition().desk().stream(filter).map(letters -> new DeadLetterLines(letters, loop)))
                .map(_ -> Optional.empty());
    }
}
