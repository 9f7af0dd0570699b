package dev.tidegate.api;

import dev.tidegate.download.Download;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Downloads over HTTP: as a stream of lines, or page by page as JSON. */
@Singleton
final class ChangeRoutes {
    private static final String CHANGES = "/v1/profiles/:profile/changes";

    private final RouteMounts mounts;
    private final Calls calls;
    private final PullReader reader;
    private final PullJson json;
    private final NdjsonStreams streams;

    ChangeRoutes(RouteMounts mounts, Calls calls, PullReader reader, PullJson json, NdjsonStreams streams) {
        this.mounts = mounts;
        this.calls = calls;
        this.reader = reader;
        this.json = json;
        this.streams = streams;
    }

    void install(@Observes Router router) {
        mounts.read(
                router,
                CHANGES,
                context -> calls.in(context, RouteMounts.part(context, "profile"))
                        .flatMap(call -> answer(call, reader.read(call))));
        mounts.post(
                router,
                CHANGES,
                context -> calls.withBody(context, RouteMounts.part(context, "profile"))
                        .flatMap(sent -> answer(sent.call(), reader.read(sent))));
    }

    private Uni<Optional<JsonAnswer>> answer(Call call, PullReader.Asked asked) {
        Offer form = Offer.required(call.request(), "Changes are", Offer.NDJSON, Offer.JSON);
        Download pull = call.edition().pulls().begin(asked.request());
        return switch (form) {
            case JSON -> pull.page(asked.limit()).map(piece -> Optional.of(JsonAnswer.ok(json.page(piece.lines()))));
            case NDJSON ->
                streams.send(call.context(), Uni.createFrom().item(new PullLines(pull, json)))
                        .map(_ -> Optional.empty());
        };
    }
}
