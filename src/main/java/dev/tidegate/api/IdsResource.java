package dev.tidegate.api;

import dev.tidegate.upload.IdBlocks;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;

/** Blocks of {@code long} ids for what devices create while they are offline. */
@Path("/v1/profiles/{profile}/ids")
@Produces(MediaType.APPLICATION_JSON)
public final class IdsResource {
    private final Calls calls;

    IdsResource(Calls calls) {
        this.calls = calls;
    }

    @POST
    public Uni<Map<String, Object>> take(@PathParam("profile") String profile) {
        return calls.withBody(profile).flatMap(this::take);
    }

    private Uni<Map<String, Object>> take(BodyCall sent) {
        Call call = sent.call();
        JsonObject body = sent.body();
        // A block belongs to no client, but asking without one is a mistake: its batches will name it.
        body.uuid("client");
        String entity = body.string("entity");
        call.about(entity);
        int count = body.integer("count", 1, 1, IdBlocks.LARGEST);
        call.query().finish();
        body.finish();
        call.requireOffline();
        return call.edition()
                .ids()
                .take(call.profile(), call.caller(), entity, count)
                .map(ids -> {
                    Map<String, Object> answer = new LinkedHashMap<>();
                    answer.put("entity", entity);
                    answer.put("ids", ids.stream().map(Object::toString).toList());
                    return answer;
                });
    }
}
