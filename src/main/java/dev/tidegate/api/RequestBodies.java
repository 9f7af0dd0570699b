package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads bodies of requests: the right media type, plain or gzip, at most so many bytes on the wire and as many when
 * inflated, one JSON object. A large body is inflated and parsed on a worker, not on the event loop.
 */
@Singleton
final class RequestBodies {
    private static final int PARSED_AT_ONCE = 64 * 1024;

    private final int limit;
    private final BodiesInHand inHand;

    RequestBodies(
            @ConfigProperty(name = "tidegate.limits.body", defaultValue = "10M") MemorySize limit,
            BodiesInHand inHand) {
        this.limit = Math.toIntExact(limit.asLongValue());
        this.inHand = inHand;
    }

    Uni<JsonObject> json(RoutingContext context, String... mediaTypes) {
        requireMediaType(context.request(), List.of(mediaTypes));
        boolean gzip = isGzip(context.request());
        BodiesInHand.Hold hold = inHand.of(context);
        return bytes(context, hold).flatMap(bytes -> parse(bytes, gzip, hold));
    }

    /** The same where nothing need be sent, in whatever media type: then there is nothing in it. */
    Uni<JsonObject> optionalJson(RoutingContext context, String... mediaTypes) {
        HttpServerRequest request = context.request();
        boolean gzip = isGzip(request);
        BodiesInHand.Hold hold = inHand.of(context);
        return bytes(context, hold).flatMap(bytes -> {
            if (bytes.length == 0) {
                return Uni.createFrom().item(JsonObject.of(Map.of()));
            }
            requireMediaType(request, List.of(mediaTypes));
            return parse(bytes, gzip, hold);
        });
    }

    /** Refuses whatever is sent where nothing is read. */
    Uni<Void> none(RoutingContext context, String why) {
        return bytes(context, inHand.of(context))
                .invoke(bytes -> {
                    if (bytes.length > 0) {
                        throw Refusal.of(ProblemCode.MALFORMED_REQUEST, why);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<byte[]> bytes(RoutingContext context, BodiesInHand.Hold hold) {
        return Uni.createFrom().emitter(emitter -> new BodyIntake(context.request(), limit, hold, emitter).start());
    }

    private Uni<JsonObject> parse(byte[] bytes, boolean gzip, BodiesInHand.Hold hold) {
        if (!gzip && bytes.length <= PARSED_AT_ONCE) {
            return Uni.createFrom().item(read(bytes));
        }
        Context loop = Objects.requireNonNull(Vertx.currentContext(), "bodies arrive on an event loop");
        return Uni.createFrom()
                .item(() -> read(gzip ? inflate(bytes, hold) : bytes))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> loop.runOnContext(_ -> task.run()));
    }

    private static JsonObject read(byte[] bytes) {
        return JsonBody.parse(bytes).map(JsonObject::of).orRefuse();
    }

    private byte[] inflate(byte[] bytes, BodiesInHand.Hold hold) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), 8192)) {
            byte[] inflated = in.readNBytes(limit + 1);
            if (inflated.length > limit) {
                throw BodyIntake.tooLarge(limit);
            }
            if (!hold.more(inflated.length)) {
                throw BodiesInHand.tooMany();
            }
            return inflated;
        } catch (IOException broken) {
            throw Refusal.of(ProblemCode.MALFORMED_REQUEST, "The body is said to be gzip, but it cannot be inflated.");
        }
    }

    /** Without a media type the body is refused too: a browser can be made to send such a request from a foreign page. */
    private static void requireMediaType(HttpServerRequest request, List<String> allowed) {
        String sent =
                Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE)).orElse("");
        String[] parts = sent.toLowerCase(Locale.ROOT).split(";", -1);
        boolean utf8 = Arrays.stream(parts)
                .skip(1)
                .map(part -> part.strip().replace("\"", ""))
                .allMatch(part -> !part.startsWith("charset=") || part.equals("charset=utf-8"));
        if (!allowed.contains(parts[0].strip()) || !utf8) {
            throw Refusal.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "The body has to be sent in UTF-8 with the header Content-Type: " + String.join(" or ", allowed)
                            + ".");
        }
    }

    private static boolean isGzip(HttpServerRequest request) {
        String encoding = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_ENCODING))
                .orElse("identity")
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw Refusal.of(
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        "A body can be compressed with gzip only (Content-Encoding: gzip).");
        };
    }
}
