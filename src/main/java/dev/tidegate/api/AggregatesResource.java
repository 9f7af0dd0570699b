package dev.tidegate.api;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;

/** Functions over the objects of an entity. */
@Path("/v1/profiles/{profile}/aggregates/{entity}")
@Singleton
public final class AggregatesResource {
    private final Calls calls;
    private final QueryReader queries;
    private final ReadAnswers answers;

    AggregatesResource(Calls calls, QueryReader queries, ReadAnswers answers) {
        this.calls = calls;
        this.queries = queries;
        this.answers = answers;
    }

    @GET
    public Uni<RestResponse<byte[]>> aggregate(
            @PathParam("profile") String profile, @PathParam("entity") String entity) {
        return calls.in(profile)
                .flatMap(call -> call.edition().reads().aggregate(queries.aggregate(call, entity)))
                .map(value -> answers.aggregate(value).rest());
    }
}
