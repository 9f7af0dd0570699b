package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.edition.Attempt;
import dev.tidegate.edition.Edition;
import dev.tidegate.edition.Reloading;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.observation.Observation.ModelOutcome;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestResponse;

/** Which model is served, and what became of its file when that was read last; reads it again when an operator says so. */
@Path("/admin/model")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelResource {
    private static final String NO_BODY =
            "Send no body: the gateway reads its own model file again, so that all replicas and"
                    + " the next start have the same. Put the model there, and then call.";

    private final Calls calls;
    private final Reloading reloading;
    private final Faults faults;

    ModelResource(Calls calls, Reloading reloading, Faults faults) {
        this.calls = calls;
        this.reloading = reloading;
        this.faults = faults;
    }

    @GET
    public Uni<byte[]> get() {
        return calls.ofOperator()
                .invoke(call -> call.query().finish())
                .map(call -> standing(call.edition(), reloading.last()));
    }

    @POST
    public Uni<RestResponse<byte[]>> reload() {
        return calls.ofOperator().flatMap(call -> {
            call.query().finish();
            return calls.withoutBody(call, NO_BODY)
                    .flatMap(_ -> reloading.reload(call.operator()))
                    .map(reloaded -> answer(call, reloaded));
        });
    }

    private RestResponse<byte[]> answer(OperatorCall call, Reloading.Reloaded reloaded) {
        Attempt attempt = reloaded.attempt();
        return switch (attempt.outcome()) {
            case LOADED, UNCHANGED -> served(call, reloaded);
            case REFUSED -> refused(call, attempt);
        };
    }

    /** The call was served by the model of its beginning; what the answer is about is the one of its end. */
    private RestResponse<byte[]> served(OperatorCall call, Reloading.Reloaded reloaded) {
        Edition edition = reloaded.edition();
        call.context().response().putHeader(StandardHeaders.MODEL, edition.version());
        return RestResponse.ok(standing(edition, reloaded.attempt()));
    }

    private RestResponse<byte[]> refused(OperatorCall call, Attempt attempt) {
        Faults.Answer answer =
                faults.refused(Problem.of(ProblemCode.MODEL_REFUSED, detail(attempt.outcome())), call.context());
        return RestResponse.ResponseBuilder.<byte[]>create(
                        answer.problem().code().status())
                .entity(ProblemJson.document(answer.problem(), answer.instance(), attempt.issues()))
                .header(HttpHeaders.CONTENT_TYPE, ProblemJson.MEDIA_TYPE)
                .build();
    }

    private byte[] standing(Edition edition, Attempt attempt) {
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("version", edition.version());
            json.writeStringField("source", reloading.source().name());
            json.writeStringField("loadedAt", edition.since().toString());
            json.writeObjectFieldStart("lastAttempt");
            write(json, attempt);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void write(JsonGenerator json, Attempt attempt) throws IOException {
        json.writeStringField("at", attempt.at().toString());
        switch (attempt.cause()) {
            case Attempt.Cause.Start _ -> json.writeStringField("by", "start");
            case Attempt.Cause.Changed _ -> json.writeStringField("by", "file");
            case Attempt.Cause.Asked(var operator) -> {
                json.writeStringField("by", "operator");
                json.writeStringField("operator", operator);
            }
        }
        json.writeStringField("outcome", attempt.outcome().name().toLowerCase(Locale.ROOT));
        json.writeStringField("detail", detail(attempt.outcome()));
        json.writeArrayFieldStart("issues");
        for (ModelIssue issue : attempt.issues()) {
            ProblemJson.write(json, issue);
        }
        json.writeEndArray();
    }

    private String detail(ModelOutcome outcome) {
        return switch (outcome) {
            case LOADED -> "The model is served.";
            case UNCHANGED ->
                reloading.source().isFile()
                        ? "The file says what is served already."
                        : "The built-in demo is served: there is no file to read again.";
            case REFUSED ->
                "What stands in '" + reloading.source().name()
                        + "' cannot be served, so the model is served that was served before.";
        };
    }
}
