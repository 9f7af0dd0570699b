package dev.tidegate.api;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pulls;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;

/** Downloads over HTTP: as a stream of lines, or page by page as JSON. */
@Singleton
final class ChangeRoutes {
    /** Behind authentication, before the REST framework. */
    private static final int ORDER = -50;

    private static final String CHANGES = "/v1/profiles/:profile/changes";

    private final Calls calls;
    private final PullReader reader;
    private final Pulls pulls;
    private final PullJson json;
    private final NdjsonStreams streams;
    private final RouteAnswers ending;

    ChangeRoutes(
            Calls calls, PullReader reader, Pulls pulls, PullJson json, NdjsonStreams streams, RouteAnswers ending) {
        this.calls = calls;
        this.reader = reader;
        this.pulls = pulls;
        this.json = json;
        this.streams = streams;
        this.ending = ending;
    }

    void install(@Observes Router router) {
        router.route(CHANGES)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(ORDER)
                .handler(context -> ending.answer(
                        context, calls.in(context, profile(context)).flatMap(call -> answer(call, reader.read(call)))));
        router.route(HttpMethod.POST, CHANGES).order(ORDER).handler(context -> {
            // A body is not lost while the caller is looked up.
            context.request().pause();
            ending.answer(
                    context,
                    calls.withBody(context, profile(context)).flatMap(sent -> answer(sent.call(), reader.read(sent))));
        });
    }

    private static String profile(RoutingContext context) {
        return Objects.requireNonNull(context.pathParam("profile"));
    }

    private Uni<Optional<JsonAnswer>> answer(Call call, PullReader.Asked asked) {
        Offer form = Offer.of(call.request(), Offer.NDJSON, Offer.JSON)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "Changes are sent as " + Offer.NDJSON.mediaType() + " or " + Offer.JSON.mediaType() + "."));
        Download pull = pulls.begin(asked.request());
        return switch (form) {
            case JSON -> pull.page(asked.limit()).map(piece -> Optional.of(JsonAnswer.ok(json.page(piece.lines()))));
            case NDJSON ->
                streams.send(call.context(), Uni.createFrom().item(new PullLines(pull, json)))
                        .map(_ -> Optional.empty());
        };
    }
}
