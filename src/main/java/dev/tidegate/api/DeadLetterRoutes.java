package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.DeadLetterDesk;
import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.ListPlace;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;

/** The operator's list of operations that could not be applied: a page as JSON, or all of them as a stream of lines. */
@Singleton
final class DeadLetterRoutes {
    /** Behind authentication, before the REST framework. */
    private static final int ORDER = -50;

    private static final String LIST = "/admin/dead-letters";
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final Calls calls;
    private final DeadLetterDesk desk;
    private final NdjsonStreams streams;
    private final RouteAnswers ending;

    DeadLetterRoutes(Calls calls, DeadLetterDesk desk, NdjsonStreams streams, RouteAnswers ending) {
        this.calls = calls;
        this.desk = desk;
        this.streams = streams;
        this.ending = ending;
    }

    void install(@Observes Router router) {
        for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
            router.route(method, LIST).order(ORDER).handler(context -> ending.answer(context, list(context)));
        }
    }

    private Uni<Optional<JsonAnswer>> list(RoutingContext context) {
        return calls.ofOperator(context)
                .flatMap(call -> Offer.of(context.request(), Offer.JSON, Offer.NDJSON)
                        .map(offer -> switch (offer) {
                            case JSON -> page(call);
                            case NDJSON -> stream(call);
                        })
                        .orElseThrow(() -> Refusal.of(
                                ProblemCode.NOT_ACCEPTABLE,
                                "Dead letters are sent as application/json or application/x-ndjson.")));
    }

    private Uni<Optional<JsonAnswer>> page(OperatorCall call) {
        QueryString query = call.query();
        DeadLetterFilter filter = DeadLetterFilters.of(query);
        int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
        long after = OperatorPages.after(query);
        query.finish();
        return desk.page(filter, new ListPlace.Behind(after), limit)
                .map(page -> Optional.of(JsonAnswer.ok(DeskJson.page(page))));
    }

    /** It has no pages, so no limit and no place to go on from. */
    private Uni<Optional<JsonAnswer>> stream(OperatorCall call) {
        DeadLetterFilter filter = DeadLetterFilters.of(call.query());
        call.query().finish();
        var loop = Objects.requireNonNull(Vertx.currentContext(), "requests arrive on an event loop");
        return streams.send(call.context(), desk.stream(filter).map(letters -> new DeadLetterLines(letters, loop)))
                .map(_ -> Optional.empty());
    }
}
