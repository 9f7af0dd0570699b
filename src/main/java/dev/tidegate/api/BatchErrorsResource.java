package dev.tidegate.api;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.DeskAct;
import dev.tidegate.upload.ListPlace;
import dev.tidegate.upload.UploadRecords;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** What a client wants to know about its lane: operations that could not be applied, and how far it has come. */
@Path("/v1/profiles/{profile}")
@Produces(MediaType.APPLICATION_JSON)
public final class BatchErrorsResource {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final Calls calls;
    private final UploadRecords records;

    BatchErrorsResource(Calls calls, UploadRecords records) {
        this.calls = calls;
        this.records = records;
    }

    @GET
    @Path("errors")
    public Uni<RestResponse<byte[]>> errors(@PathParam("profile") String profile) {
        return calls.in(profile).flatMap(this::errors);
    }

    private Uni<RestResponse<byte[]>> errors(Call call) {
        QueryString query = call.query();
        String caller = call.caller().name();
        query.require("client");
        ClientId client = new ClientId(query.uuid("client").orElse(new UUID(0, 0)));
        DeadLetterFilter filter = DeadLetterFilters.of(query, caller, client);
        int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
        ListPlace from = query.uuid("after")
                .<ListPlace>map(id -> new ListPlace.BehindError(new ErrorId(id), caller))
                .orElseGet(ListPlace::beginning);
        query.finish();
        call.requireOffline();
        return call.edition().desk().page(filter, from, limit).map(page -> ok(DeskJson.clientPage(page)));
    }

    @GET
    @Path("errors/{errorId}")
    public Uni<RestResponse<byte[]>> error(@PathParam("profile") String profile, @PathParam("errorId") String errorId) {
        return calls.in(profile).flatMap(call -> {
            call.query().finish();
            call.requireOffline();
            return call.edition()
                    .desk()
                    .file(id(errorId), Optional.of(call.caller().name()))
                    .map(file -> ok(DeskJson.clientFile(file)));
        });
    }

    @POST
    @Path("errors/{errorId}/retry")
    public Uni<RestResponse<byte[]>> retry(@PathParam("profile") String profile, @PathParam("errorId") String errorId) {
        return calls.in(profile)
                .flatMap(call -> calls.optionalBody(call.context()).flatMap(body -> retry(call, errorId, body)));
    }

    private Uni<RestResponse<byte[]>> retry(Call call, String errorId, JsonObject body) {
        call.query().finish();
        Optional<ChangeText> changed = body.optionalObject("operation").map(BatchReader::operation);
        body.finish();
        call.requireOffline();
        return call.edition()
                .desk()
                .retry(id(errorId), changed, DeskAct.ofClient(call.caller().name()))
                .map(letter -> RestResponse.ResponseBuilder.create(
                                RestResponse.Status.ACCEPTED, DeskJson.retried(letter))
                        .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                        .build());
    }

    @DELETE
    @Path("errors/{errorId}")
    public Uni<RestResponse<Void>> delete(@PathParam("profile") String profile, @PathParam("errorId") String errorId) {
        return calls.in(profile).flatMap(call -> {
            call.query().finish();
            call.requireOffline();
            return call.edition()
                    .desk()
                    .discard(id(errorId), DeskAct.ofClient(call.caller().name()))
                    .map(_ -> RestResponse.noContent());
        });
    }

    @GET
    @Path("clients/{clientId}")
    public Uni<RestResponse<byte[]>> client(
            @PathParam("profile") String profile, @PathParam("clientId") String clientId) {
        return calls.in(profile).flatMap(call -> client(call, clientId));
    }

    private Uni<RestResponse<byte[]>> client(Call call, String clientId) {
        call.query().finish();
        call.requireOffline();
        UUID id = Texts.uuid(clientId).orElseThrow(() -> noSuchClient(clientId));
        return records.client(new ClientKey(call.caller().name(), new ClientId(id)))
                .map(found -> found.orElseThrow(() -> noSuchClient(clientId)))
                .map(state -> ok(BatchJson.of(state)));
    }

    private static RestResponse<byte[]> ok(byte[] json) {
        return RestResponse.ResponseBuilder.ok(json)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .build();
    }

    private static ErrorId id(String text) {
        return Texts.uuid(text)
                .map(ErrorId::new)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NO_SUCH_ERROR, "There is no error '" + Texts.shorten(text) + "' of yours."));
    }

    private static Refusal noSuchClient(String id) {
        return Refusal.of(
                ProblemCode.NO_SUCH_CLIENT,
                "No batch of yours was ever accepted from client '" + Texts.shorten(id) + "'.");
    }
}
