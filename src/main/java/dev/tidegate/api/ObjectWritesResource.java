package dev.tidegate.api;

import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.IdempotencyKey;
import dev.tidegate.read.Precondition;
import dev.tidegate.read.WriteAnswer;
import dev.tidegate.read.WriteRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Live writes of single objects. */
@Path("/v1/profiles/{profile}/objects/{entity}")
@Singleton
public final class ObjectWritesResource {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final Calls calls;
    private final ReadAnswers answers;

    ObjectWritesResource(Calls calls, ReadAnswers answers) {
        this.calls = calls;
        this.answers = answers;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<byte[]>> create(@PathParam("profile") String profile, @PathParam("entity") String entity) {
        return calls.withBody(profile).flatMap(called -> create(called.call(), creation(called, entity)));
    }

    @PATCH
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<byte[]>> update(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.withBody(profile, "application/json", "application/merge-patch+json")
                .flatMap(called -> write(called.call(), update(called, entity, id)))
                .map(answer -> shown(RestResponse.Status.OK, answer).build());
    }

    @DELETE
    @Path("{id}")
    public Uni<RestResponse<byte[]>> delete(
            @PathParam("profile") String profile, @PathParam("entity") String entity, @PathParam("id") String id) {
        return calls.in(profile)
                .flatMap(call -> write(call, deletion(call, entity, id)))
                .map(_ -> RestResponse.ResponseBuilder.<byte[]>create(RestResponse.Status.NO_CONTENT)
                        .build());
    }

    private Uni<RestResponse<byte[]>> create(Call call, WriteRequest request) {
        return write(call, request).map(answer -> created(request, answer));
    }

    private Uni<WriteAnswer> write(Call call, WriteRequest request) {
        return call.edition().writes().write(request, answers::text);
    }

    private static RestResponse<byte[]> created(WriteRequest request, WriteAnswer answer) {
        return shown(RestResponse.Status.CREATED, answer)
                .header(
                        HttpHeaders.LOCATION,
                        "/v1/profiles/" + request.profile().name() + "/objects/"
                                + request.change().entity() + "/" + PercentEncoding.encode(answer.id()))
                .build();
    }

    private static RestResponse.ResponseBuilder<byte[]> shown(RestResponse.Status status, WriteAnswer answer) {
        byte[] body = answer.json().orElseThrow().getBytes(StandardCharsets.UTF_8);
        return RestResponse.ResponseBuilder.create(status, body)
                .header(HttpHeaders.ETAG, EntityTags.of(answer.version().orElseThrow()));
    }

    private static WriteRequest creation(BodyCall called, String entity) {
        Optional<String> id = called.body().optionalString("id");
        ChangeText change = change(ChangeText.Kind.CREATE, called, entity, id);
        if (!(precondition(called.call()) instanceof Precondition.None)) {
            throw Refusal.of(
                    ProblemCode.MALFORMED_REQUEST,
                    "If-Match has no meaning for an object that is to be created: it has no version yet. Leave it out.");
        }
        return request(called.call(), change);
    }

    private static WriteRequest update(BodyCall called, String entity, String id) {
        return request(called.call(), change(ChangeText.Kind.UPDATE, called, entity, Optional.of(id)));
    }

    private static WriteRequest deletion(Call call, String entity, String id) {
        call.query().finish();
        return request(
                call,
                new ChangeText(
                        ChangeText.Kind.DELETE, entity, Optional.of(id), Optional.empty(), Map.of(), Map.of(), ""));
    }

    private static ChangeText change(ChangeText.Kind kind, BodyCall called, String entity, Optional<String> id) {
        Map<String, @Nullable Object> attributes =
                called.body().optionalMap("attributes").orElse(Map.of());
        Map<String, @Nullable Object> associations =
                called.body().optionalMap("associations").orElse(Map.of());
        called.call().query().finish();
        called.body().finish();
        return new ChangeText(kind, entity, id, Optional.empty(), attributes, associations, "");
    }

    private static WriteRequest request(Call call, ChangeText change) {
        return new WriteRequest(
                call.profile(), call.caller(), change, precondition(call), key(call), Optional.of(call.requestId()));
    }

    private static Precondition precondition(Call call) {
        return EntityTags.ifMatch(call.request().headers().getAll(HttpHeaders.IF_MATCH));
    }

    /** As it was sent, or without the quotes that a structured field has. */
    private static Optional<IdempotencyKey> key(Call call) {
        List<String> sent = call.request().headers().getAll(IDEMPOTENCY_KEY);
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        String text = sent.getFirst().strip();
        String key = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        if (key.length() > IdempotencyKey.LONGEST) {
            throw Refusal.of(
                    ProblemCode.LIMIT_EXCEEDED,
                    "The header Idempotency-Key may have " + IdempotencyKey.LONGEST + " characters.");
        }
        try {
            return Optional.of(new IdempotencyKey(sent.size() == 1 ? key : ""));
        } catch (IllegalArgumentException malformed) {
            throw Refusal.of(
                    ProblemCode.MALFORMED_REQUEST,
                    "The header Idempotency-Key has to come once, with 1 to " + IdempotencyKey.LONGEST
                            + " visible ASCII characters and no blanks. A random UUID is a good one.");
        }
    }
}
