package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.LIMIT_EXCEEDED;
import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import dev.tidegate.model.ErrorId;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.DeskAct;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** The operator's dead-letter desk: one operation whole; retried and discarded, one or many. */
@Path("/admin/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
public final class DeadLettersResource {
    private static final int LONGEST_REASON = 500;

    private final Calls calls;

    DeadLettersResource(Calls calls) {
        this.calls = calls;
    }

    @GET
    @Path("{errorId}")
    public Uni<byte[]> file(@PathParam("errorId") String errorId) {
        return calls.ofOperator().flatMap(call -> {
            call.query().finish();
            return call.edition().desk().file(id(errorId), Optional.empty()).map(DeskJson::file);
        });
    }

    @POST
    @Path("{errorId}/retry")
    public Uni<RestResponse<byte[]>> retry(@PathParam("errorId") String errorId) {
        return calls.ofOperator()
                .flatMap(call -> calls.optionalBody(call.context()).flatMap(body -> retry(call, errorId, body)));
    }

    private Uni<RestResponse<byte[]>> retry(OperatorCall call, String errorId, JsonObject body) {
        call.query().finish();
        Optional<ChangeText> changed = body.optionalObject("operation").map(BatchReader::operation);
        Optional<String> reason = reason(body);
        body.finish();
        return call.edition()
                .desk()
                .retry(id(errorId), changed, DeskAct.ofOperator(call.operator(), reason))
                .map(letter -> RestResponse.ResponseBuilder.create(
                                RestResponse.Status.ACCEPTED, DeskJson.retried(letter))
                        .build());
    }

    @POST
    @Path("{errorId}/discard")
    public Uni<RestResponse<Void>> discard(@PathParam("errorId") String errorId) {
        return calls.ofOperator().flatMap(call -> calls.body(call).flatMap(body -> discard(call, errorId, body)));
    }

    private Uni<RestResponse<Void>> discard(OperatorCall call, String errorId, JsonObject body) {
        call.query().finish();
        String reason = requiredReason(body);
        body.finish();
        return call.edition()
                .desk()
                .discard(id(errorId), DeskAct.ofOperator(call.operator(), Optional.of(reason)))
                .map(_ -> RestResponse.noContent());
    }

    @POST
    @Path("retry")
    public Uni<byte[]> retryAll() {
        return calls.ofOperator()
                .flatMap(call -> calls.body(call).flatMap(body -> {
                    call.query().finish();
                    DeadLetterFilter filter = filter(body);
                    Optional<String> reason = reason(body);
                    body.finish();
                    return call.edition()
                            .desk()
                            .retryAll(call.operator(), reason, filter)
                            .map(DeskJson::tally);
                }));
    }

    @POST
    @Path("discard")
    public Uni<byte[]> discardAll() {
        return calls.ofOperator()
                .flatMap(call -> calls.body(call).flatMap(body -> {
                    call.query().finish();
                    DeadLetterFilter filter = filter(body);
                    String reason = requiredReason(body);
                    body.finish();
                    return call.edition()
                            .desk()
                            .discardAll(call.operator(), reason, filter)
                            .map(DeskJson::tally);
                }));
    }

    /** Nobody means everything by saying nothing. */
    private static DeadLetterFilter filter(JsonObject body) {
        Optional<JsonObject> filter = body.optionalObject("filter");
        boolean names = filter.filter(sent -> !sent.isEmpty()).isPresent();
        boolean all = body.bool("all", false);
        if (!names && !all) {
            body.note(
                    "filter",
                    MALFORMED_REQUEST,
                    "'filter' names nothing, so it would be all that there are. If they are meant, say \"all\": true.");
        } else if (names && all) {
            body.note("all", MALFORMED_REQUEST, "'all' and a filter contradict each other. Send one of them.");
        }
        return filter.map(DeadLetterFilters::of).orElseGet(DeadLetterFilters::none);
    }

    private static Optional<String> reason(JsonObject body) {
        Optional<String> reason = body.optionalString("reason");
        reason.ifPresent(text -> {
            if (text.length() > LONGEST_REASON) {
                body.note(
                        "reason",
                        LIMIT_EXCEEDED,
                        "'reason' has more than " + LONGEST_REASON + " characters, the most that is allowed.");
            } else if (text.isBlank()) {
                body.note("reason", MALFORMED_REQUEST, "'reason' is empty.");
            }
        });
        return reason;
    }

    private static String requiredReason(JsonObject body) {
        Optional<String> reason = reason(body);
        return reason.isPresent() ? reason.get() : body.string("reason");
    }

    private static ErrorId id(String text) {
        return Texts.uuid(text)
                .map(ErrorId::new)
                .orElseThrow(() ->
                        Refusal.of(ProblemCode.NO_SUCH_ERROR, "There is no error '" + Texts.shorten(text) + "'."));
    }
}
