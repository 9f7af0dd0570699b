package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.ClientId;
import dev.tidegate.upload.ClientKey;
import dev.tidegate.upload.ErrorId;
import dev.tidegate.upload.UploadRecords;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
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
        query.require("client");
        Optional<UUID> client = query.uuid("client");
        int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
        Optional<ErrorId> after = query.uuid("after").map(ErrorId::new);
        query.finish();
        BatchesResource.requireOffline(call);
        return records.errors(key(call, client.orElseThrow()), limit, after).map(page -> ok(BatchJson.of(page)));
    }

    @DELETE
    @Path("errors/{errorId}")
    public Uni<RestResponse<Void>> delete(@PathParam("profile") String profile, @PathParam("errorId") String errorId) {
        return calls.in(profile).flatMap(call -> delete(call, errorId));
    }

    private Uni<RestResponse<Void>> delete(Call call, String errorId) {
        call.query().finish();
        BatchesResource.requireOffline(call);
        ErrorId id = Texts.uuid(errorId).map(ErrorId::new).orElseThrow(() -> noSuchError(errorId));
        return records.deleteError(call.caller().name(), id).map(deleted -> {
            if (!deleted) {
                throw noSuchError(errorId);
            }
            return RestResponse.noContent();
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
        BatchesResource.requireOffline(call);
        UUID id = Texts.uuid(clientId).orElseThrow(() -> noSuchClient(clientId));
        return records.client(key(call, id))
                .map(found -> found.orElseThrow(() -> noSuchClient(clientId)))
                .map(state -> ok(BatchJson.of(state)));
    }

    private static ClientKey key(Call call, UUID client) {
        return new ClientKey(call.caller().name(), new ClientId(client));
    }

    private static RestResponse<byte[]> ok(byte[] json) {
        return RestResponse.ResponseBuilder.ok(json)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .build();
    }

    private static Refusal noSuchError(String id) {
        return Refusal.of(ProblemCode.NO_SUCH_ERROR, "There is no error '" + Texts.shorten(id) + "' of yours.");
    }

    private static Refusal noSuchClient(String id) {
        return Refusal.of(
                ProblemCode.NO_SUCH_CLIENT,
                "No batch of yours was ever accepted from client '" + Texts.shorten(id) + "'.");
    }
}
