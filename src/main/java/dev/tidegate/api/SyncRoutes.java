package dev.tidegate.api;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pulls;
import dev.tidegate.download.SentBatch;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchStatus;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.BatchTracker;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A batch and a download in one round trip: the batch is durable before the first line, and applied before the next ones if that is soon. */
@Singleton
final class SyncRoutes {
    private final RouteMounts mounts;
    private final Calls calls;
    private final SyncReader reader;
    private final BatchTracker tracker;
    private final PullJson json;
    private final NdjsonStreams streams;

    SyncRoutes(
            RouteMounts mounts,
            Calls calls,
            SyncReader reader,
            BatchTracker tracker,
            PullJson json,
            NdjsonStreams streams) {
        this.mounts = mounts;
        this.calls = calls;
        this.reader = reader;
        this.tracker = tracker;
        this.json = json;
        this.streams = streams;
    }

    void install(@Observes Router router) {
        mounts.post(
                router,
                "/v1/profiles/:profile/sync",
                context -> calls.withBody(context, RouteMounts.part(context, "profile"))
                        .flatMap(this::answer));
    }

    private Uni<Optional<JsonAnswer>> answer(BodyCall sent) {
        Call call = sent.call();
        Offer.required(call.request(), "What a sync brings is", Offer.NDJSON);
        SyncReader.Asked asked = reader.read(sent);
        Function<Optional<SentBatch>, Download> download =
                download(call.edition().pulls(), asked.wanted());
        Uni<LineStream> opening = asked.batch()
                .map(batch -> behind(call, batch, asked.patience(), download))
                .orElseGet(
                        () -> Uni.createFrom().<LineStream>item(new PullLines(download.apply(Optional.empty()), json)));
        return streams.send(call.context(), opening).map(_ -> Optional.empty());
    }

    /** A cursor that does not fit is told before a batch is taken in. */
    private static Function<Optional<SentBatch>, Download> download(Pulls pulls, SyncReader.Wanted wanted) {
        return switch (wanted) {
            case SyncReader.Wanted.Changes(var request) -> {
                Download pull = pulls.begin(request);
                yield _ -> pull;
            }
            case SyncReader.Wanted.Objects(var selected) -> sent -> pulls.select(selected, sent);
        };
    }

    private Uni<LineStream> behind(
            Call call, BatchText batch, Duration wait, Function<Optional<SentBatch>, Download> download) {
        boolean strict = BatchRoutes.isStrict(call);
        call.brings(batch);
        return call.edition()
                .intake()
                .accept(call.submitter(), batch, strict, Duration.ZERO)
                .onFailure(Refusal.class)
                .transform(SyncRoutes::inBatch)
                .invoke(() -> {
                    if (strict) {
                        call.context().response().putHeader(BatchRoutes.PREFERENCE_APPLIED, BatchRoutes.STRICT);
                    }
                })
                .map(status -> new SyncLines(
                        json.accepted(status),
                        settled(call, status, wait),
                        new PullLines(
                                download.apply(Optional.of(sent(call.edition().model(), batch, status))), json)));
    }

    private static Throwable inBatch(Throwable failure) {
        return failure instanceof Refusal refusal
                ? new Refusal(refusal.problem().below("/batch"), refusal.getCause())
                : failure;
    }

    /** The batch is durable. That nobody can tell how it goes is no reason to bring nothing. */
    private Uni<Void> settled(Call call, BatchStatus status, Duration wait) {
        return status.state().isSettled() || wait.isZero()
                ? Uni.createFrom().voidItem()
                : tracker.status(new BatchKey(call.caller().name(), status.id()), wait)
                        .onFailure(Refusal.class)
                        .recoverWithItem(Optional.empty())
                        .replaceWithVoid();
    }

    private static SentBatch sent(Model model, BatchText batch, BatchStatus status) {
        Set<StoreName> stores = batch.operations().stream()
                .flatMap(change -> model.entityNamed(change.entity()).stream())
                .map(entity -> model.entity(entity).store())
                .collect(Collectors.toSet());
        return new SentBatch(batch.client(), batch.id(), status.position(), stores);
    }
}
