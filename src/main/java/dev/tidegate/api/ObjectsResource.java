package dev.tidegate.api;

import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Live calls: queries, single objects, and writes of online entities. */
@Path("/v1/profiles/{profile}")
@Singleton
public final class ObjectsResource {
    private final Calls calls;
    private final QueryReader queries;
    private final LiveReads reads;
    private final LiveWrites writes;
    private final ReadAnswers answers;
    private final NdjsonStreams streams;

    ObjectsResource(
            Calls calls,
            QueryReader queries,
            LiveReads reads,
            LiveWrites writes,
            ReadAnswers answers,
            NdjsonStreams streams) {
        this.calls = calls;
        this.queries = queries;
        this.reads = reads;
        this.writes = writes;
        this.answers = answers;
        this.streams = streams;
    }

    @GET
    @Path("objects/{entity}")
    public Uni<RestResponse<byte[]>> query(@PathParam("profile") String profile, @PathParam("entity") String entity) {
        return calls.in(profile).flatMap(call -> switch (offer(call, Offer.JSON, Offer.NDJSON)) {
            case JSON -> reads.page(queries.page(call, entity)).map(page -> answers.page(call, page));
            case NDJSON -> stream(call, queries.stream(call, entity));
        });
    }

    @POST
    @Path("queries")
    public Uni<RestResponse<byte[]>> query(@PathParam("profile") String profile) {
        return calls.withBody(profile).flatMap(called -> switch (offer(called.call(), Offer.JSON, Offer.NDJSON)) {
            case JSON -> reads.page(queries.page(called)).map(answers::page);
            case NDJSON -> stream(called.call(), queries.stream(called));
        });
    }

    private Uni<RestResponse<byte[]>> stream(Call call, PageRequest query) {
        return streams.send(call.context(), reads.stream(query)).map(_ -> RestResponse.ok());
    }

    @GET
    @Path("objects/{entity}/{id}")
    public Uni<RestResponse<byte[]>> object(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.in(profile)
                .invoke(call -> offer(call, Offer.JSON))
                .flatMap(call ->
                        reads.object(queries.object(call, entity, id)).map(object -> answers.object(call, object)));
    }

    @POST
    @Path("objects/{entity}")
    public Uni<Void> create(@PathParam("profile") String profile, @PathParam("entity") String entity) {
        return calls.withBody(profile).flatMap(called -> write(called.call(), creation(called, entity)));
    }

    @PATCH
    @Path("objects/{entity}/{id}")
    public Uni<Void> update(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.withBody(profile, "application/json", "application/merge-patch+json")
                .flatMap(called -> write(called.call(), update(called, entity, id)));
    }

    @DELETE
    @Path("objects/{entity}/{id}")
    public Uni<Void> delete(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.in(profile).flatMap(call -> write(call, deletion(call, entity, id)));
    }

    private Uni<Void> write(Call call, ChangeText change) {
        return writes.write(call.profile(), call.caller(), change);
    }

    private static ChangeText creation(BodyCall called, String entity) {
        Optional<String> id = called.body().optionalString("id");
        return change(ChangeText.Kind.CREATE, called, entity, id);
    }

    private static ChangeText update(BodyCall called, String entity, String id) {
        return change(ChangeText.Kind.UPDATE, called, entity, Optional.of(id));
    }

    private static ChangeText change(ChangeText.Kind kind, BodyCall called, String entity, Optional<String> id) {
        Map<String, @Nullable Object> attributes =
                called.body().optionalMap("attributes").orElse(Map.of());
        Map<String, @Nullable Object> associations =
                called.body().optionalMap("associations").orElse(Map.of());
        called.call().query().finish();
        called.body().finish();
        return new ChangeText(kind, entity, id, baseVersion(called.call()), attributes, associations, "");
    }

    private static ChangeText deletion(Call call, String entity, String id) {
        call.query().finish();
        return new ChangeText(
                ChangeText.Kind.DELETE, entity, Optional.of(id), baseVersion(call), Map.of(), Map.of(), "");
    }

    private static Optional<String> baseVersion(Call call) {
        return call.header(HttpHeaders.IF_MATCH)
                .map(tag -> tag.replaceAll("^\"|\"$", ""))
                .filter(version -> !version.equals("*"));
    }

    private static Offer offer(Call call, Offer... offered) {
        return Offer.of(call.request(), offered)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "Objects are sent as "
                                + Stream.of(offered).map(Offer::mediaType).collect(Collectors.joining(" or ")) + "."));
    }
}
