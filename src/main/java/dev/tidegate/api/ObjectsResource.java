package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.LiveReads;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestResponse;

/** Live reads: queries and single objects. */
@Path("/v1/profiles/{profile}")
@Singleton
public final class ObjectsResource {
    private final Calls calls;
    private final QueryReader queries;
    private final LiveReads reads;
    private final ReadAnswers answers;

    ObjectsResource(Calls calls, QueryReader queries, LiveReads reads, ReadAnswers answers) {
        this.calls = calls;
        this.queries = queries;
        this.reads = reads;
        this.answers = answers;
    }

    @GET
    @Path("objects/{entity}")
    public Uni<RestResponse<byte[]>> query(@PathParam("profile") String profile, @PathParam("entity") String entity) {
        return calls.in(profile)
                .invoke(ObjectsResource::requireJson)
                .map(call -> queries.page(call, entity))
                .flatMap(reads::page)
                .map(answers::page);
    }

    @POST
    @Path("queries")
    public Uni<RestResponse<byte[]>> query(@PathParam("profile") String profile) {
        return calls.withBody(profile)
                .invoke(called -> requireJson(called.call()))
                .map(queries::page)
                .flatMap(reads::page)
                .map(answers::page);
    }

    @GET
    @Path("objects/{entity}/{id}")
    public Uni<RestResponse<byte[]>> object(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.in(profile)
                .invoke(ObjectsResource::requireJson)
                .map(call -> queries.object(call, entity, id))
                .flatMap(reads::object)
                .map(answers::object);
    }

    /** Answers are JSON. Streams come later, and other types never. */
    private static void requireJson(Call call) {
        String accept = call.header(HttpHeaders.ACCEPT).orElse("*/*").toLowerCase(Locale.ROOT);
        if (accept.isBlank()
                || accept.contains("*/*")
                || accept.contains("application/json")
                || accept.contains("application/*")) {
            return;
        }
        throw accept.contains("application/x-ndjson")
                ? Refusal.of(
                        ProblemCode.NOT_IMPLEMENTED_YET,
                        "Streams of application/x-ndjson come with the next release of the gateway. Accept"
                                + " application/json and page by offset.")
                : Refusal.of(ProblemCode.NOT_ACCEPTABLE, "Objects are sent as application/json only.");
    }
}
