package dev.tidegate.api;

import dev.tidegate.model.BatchId;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchStatus;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.Submitter;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Offline batches: sent in, and asked about. */
@Singleton
final class BatchRoutes {
    static final int LONGEST_WAIT = 30;
    static final String PREFERENCE_APPLIED = "Preference-Applied";
    static final String STRICT = "handling=strict";

    private static final String BATCHES = "/v1/profiles/:profile/batches";

    private final RouteMounts mounts;
    private final Calls calls;
    private final BatchTracker tracker;
    private final int mostOperations;

    BatchRoutes(
            RouteMounts mounts,
            Calls calls,
            BatchTracker tracker,
            @ConfigProperty(name = "tidegate.limits.operations", defaultValue = "10000") int mostOperations) {
        this.mounts = mounts;
        this.calls = calls;
        this.tracker = tracker;
        this.mostOperations = mostOperations;
    }

    void install(@Observes Router router) {
        mounts.post(
                router,
                BATCHES,
                context -> calls.withBody(context, RouteMounts.part(context, "profile"))
                        .flatMap(this::accept));
        mounts.read(
                router,
                BATCHES + "/:batchId",
                context -> calls.in(context, RouteMounts.part(context, "profile"))
                        .flatMap(call -> status(call, RouteMounts.part(context, "batchId"))));
    }

    /** Before anything waits for the requests that are under way: some of these would wait for longer than there is time. */
    void stop(@Observes ShutdownDelayInitiatedEvent stop) {
        tracker.end();
    }

    private Uni<Optional<JsonAnswer>> accept(BodyCall sent) {
        Call call = sent.call();
        requireForm(call);
        Duration wait = wait(call.query());
        Submitter submitter = call.submitter();
        call.requireOffline();
        BatchText batch = BatchReader.read(sent.body(), mostOperations);
        sent.body().finish();
        call.brings(batch);
        boolean strict = isStrict(call);
        return call.edition()
                .intake()
                .accept(submitter, batch, strict, wait)
                .map(status -> Optional.of(accepted(call, status, strict)));
    }

    private static JsonAnswer accepted(Call call, BatchStatus status, boolean strict) {
        JsonAnswer answer = JsonAnswer.accepted(BatchJson.of(status))
                .with(HttpHeaders.LOCATION, "/v1/profiles/" + call.profile().name() + "/batches/" + status.id());
        return strict ? answer.with(PREFERENCE_APPLIED, STRICT) : answer;
    }

    private Uni<Optional<JsonAnswer>> status(Call call, String batchId) {
        requireForm(call);
        Duration wait = wait(call.query());
        call.requireOffline();
        BatchId id = Texts.uuid(batchId).map(BatchId::new).orElseThrow(() -> noSuchBatch(batchId));
        return tracker.status(new BatchKey(call.caller().name(), id), wait)
                .map(found -> found.orElseThrow(() -> noSuchBatch(batchId)))
                .map(status -> Optional.of(JsonAnswer.ok(BatchJson.of(status))));
    }

    private static void requireForm(Call call) {
        Offer.required(call.request(), "What became of a batch is", Offer.JSON);
    }

    private static Duration wait(QueryString query) {
        int seconds = query.integer("wait", 0, LONGEST_WAIT).orElse(0);
        query.finish();
        return Duration.ofSeconds(seconds);
    }

    static boolean isStrict(Call call) {
        return call.header("Prefer").stream()
                .flatMap(header -> List.of(header.split("[,;]")).stream())
                .anyMatch(preference -> preference.strip().equalsIgnoreCase(STRICT));
    }

    private static Refusal noSuchBatch(String id) {
        return Refusal.of(
                ProblemCode.NO_SUCH_BATCH, "You have sent no batch '" + Texts.shorten(id) + "' that was accepted.");
    }
}
