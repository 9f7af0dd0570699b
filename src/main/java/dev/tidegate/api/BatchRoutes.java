package dev.tidegate.api;

import dev.tidegate.model.BatchId;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.BatchIntake;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchStatus;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.Submitter;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestResponse;

/** Offline batches: sent in, and asked about. */
@Path("/v1/profiles/{profile}/batches")
@Produces(MediaType.APPLICATION_JSON)
public final class BatchesResource {
    static final int LONGEST_WAIT = 30;
    static final String PREFERENCE_APPLIED = "Preference-Applied";
    static final String STRICT = "handling=strict";

    private final Calls calls;
    private final BatchIntake intake;
    private final BatchTracker tracker;
    private final int mostOperations;

    BatchesResource(
            Calls calls,
            BatchIntake intake,
            BatchTracker tracker,
            @ConfigProperty(name = "tidegate.limits.operations", defaultValue = "10000") int mostOperations) {
        this.calls = calls;
        this.intake = intake;
        this.tracker = tracker;
        this.mostOperations = mostOperations;
    }

    @POST
    public Uni<RestResponse<byte[]>> accept(@PathParam("profile") String profile) {
        return calls.withBody(profile).flatMap(this::accept);
    }

    private Uni<RestResponse<byte[]>> accept(BodyCall sent) {
        Call call = sent.call();
        Duration wait = wait(call.query());
        Submitter submitter = new Submitter(call.caller(), call.profile().name());
        call.requireOffline();
        BatchText batch = BatchReader.read(sent.body(), mostOperations);
        sent.body().finish();
        boolean strict = isStrict(call);
        return intake.accept(submitter, batch, strict, wait).map(status -> accepted(call, status, strict));
    }

    private static RestResponse<byte[]> accepted(Call call, BatchStatus status, boolean strict) {
        RestResponse.ResponseBuilder<byte[]> answer = RestResponse.ResponseBuilder.create(
                        RestResponse.Status.ACCEPTED, BatchJson.of(status))
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .header(HttpHeaders.LOCATION, "/v1/profiles/" + call.profile().name() + "/batches/" + status.id());
        if (strict) {
            answer.header(PREFERENCE_APPLIED, STRICT);
        }
        return answer.build();
    }

    @GET
    @Path("{batchId}")
    public Uni<RestResponse<byte[]>> status(
            @PathParam("profile") String profile, @PathParam("batchId") String batchId) {
        return calls.in(profile).flatMap(call -> status(call, batchId));
    }

    private Uni<RestResponse<byte[]>> status(Call call, String batchId) {
        Duration wait = wait(call.query());
        call.requireOffline();
        BatchId id = Texts.uuid(batchId).map(BatchId::new).orElseThrow(() -> noSuchBatch(batchId));
        return tracker.status(new BatchKey(call.caller().name(), id), wait)
                .map(found -> found.orElseThrow(() -> noSuchBatch(batchId)))
                .map(status -> RestResponse.ResponseBuilder.ok(BatchJson.of(status))
                        .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                        .build());
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
