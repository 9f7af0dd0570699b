package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.FileHash;
import dev.tidegate.upload.FileId;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.FileShelf;
import dev.tidegate.upload.FileSlice;
import dev.tidegate.upload.StoredFile;
import dev.tidegate.upload.WrongOffset;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Uploaded contents over HTTP: sent in parts, asked how far they are, and fetched by ranges. Routes of Vert.x, since the bytes
 * have to be taken as they come and sent as they go.
 */
@Singleton
final class FileRoutes {
    /** Behind authentication, before the REST framework, which takes whatever is left. */
    private static final int ORDER = -50;

    private static final String FILE = "/v1/profiles/:profile/files/:file";

    /** Of a body that is refused, this many times the largest file is thrown away. */
    private static final int PATIENCE = 4;

    private final Calls calls;
    private final FileShelf shelf;
    private final BodiesInHand inHand;
    private final ProblemAnswers problems;
    private final FileReceiving.Means receiving;
    private final NdjsonStreams.Means sending;

    FileRoutes(
            Calls calls,
            FileShelf shelf,
            BodiesInHand inHand,
            ProblemAnswers problems,
            Faults faults,
            Vertx vertx,
            @ConfigProperty(name = "tidegate.limits.stream-stall", defaultValue = "30s") Duration stall) {
        this.calls = calls;
        this.shelf = shelf;
        this.inHand = inHand;
        this.problems = problems;
        this.receiving = new FileReceiving.Means(vertx, stall, PATIENCE * shelf.mostBytes());
        this.sending = new NdjsonStreams.Means(faults, vertx, stall);
    }

    void install(@Observes Router router) {
        mount(router, HttpMethod.PUT, this::put);
        mount(router, HttpMethod.HEAD, this::head);
        mount(router, HttpMethod.GET, this::get);
    }

    private void mount(Router router, HttpMethod method, Function<RoutingContext, Uni<Void>> work) {
        router.route(method, FILE).order(ORDER).handler(context -> {
            if (method.equals(HttpMethod.PUT)) {
                // A body is not lost while the caller is looked up.
                context.request().pause();
            }
            work.apply(context).subscribe().with(_ -> {}, failure -> failed(context, failure));
        });
    }

    private void failed(RoutingContext context, Throwable failure) {
        if (failure instanceof WrongOffset wrong) {
            context.response().putHeader(FileHeaders.UPLOAD_OFFSET, Long.toString(wrong.offset()));
            problems.send(context, new Refusal(wrong.problem()));
        } else {
            problems.send(context, failure);
        }
        if (context.request().method().equals(HttpMethod.PUT)) {
            FileReceiving.discard(context.request(), receiving.patience());
        }
    }

    private Uni<Void> put(RoutingContext context) {
        return key(context).flatMap(key -> {
            FileSlice slice = FileHeaders.slice(context.request());
            hold(context);
            return shelf.begin(key, slice)
                    .flatMap(upload -> new FileReceiving(receiving, context, upload, slice.length()).receive())
                    .invoke(file -> taken(context.response(), slice, file))
                    .replaceWithVoid();
        });
    }

    /** A piece that is being written, and what has arrived of the next one. */
    private void hold(RoutingContext context) {
        if (!inHand.of(context).more(2L * FileReceiving.PIECE)) {
            throw BodiesInHand.tooMany();
        }
    }

    /** The same answer whenever the same part is sent: what tells how far the file is, is the offset. */
    private static void taken(HttpServerResponse response, FileSlice slice, StoredFile file) {
        if (!response.closed()) {
            progress(response, file);
            response.setStatusCode(slice.isLast() ? 201 : 204).end();
        }
    }

    private static void progress(HttpServerResponse response, StoredFile file) {
        response.putHeader(FileHeaders.UPLOAD_OFFSET, Long.toString(file.received()))
                .putHeader(FileHeaders.UPLOAD_COMPLETE, file.isComplete() ? "?1" : "?0");
        file.hash()
                .ifPresent(hash -> response.putHeader(HttpHeaders.ETAG, FileHeaders.entityTag(hash))
                        .putHeader(FileHeaders.REPR_DIGEST, FileHeaders.digest(hash)));
    }

    private Uni<Void> head(RoutingContext context) {
        return key(context)
                .flatMap(shelf::find)
                .invoke(file -> {
                    progress(context.response(), file);
                    if (file.isComplete()) {
                        content(context, new FileHeaders.Bytes(0, file.total()));
                        context.response().end();
                    } else {
                        context.response().setStatusCode(204).end();
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> get(RoutingContext context) {
        return key(context).flatMap(shelf::findComplete).flatMap(file -> {
            hold(context);
            FileHash hash = file.hash().orElseThrow();
            String tag = FileHeaders.entityTag(hash);
            if (EntityTags.isKnown(context.request(), tag)) {
                return notModified(context.response(), tag);
            }
            Optional<FileHeaders.Bytes> range = range(context, file, tag);
            progress(context.response(), file);
            FileHeaders.Bytes bytes = range.orElseGet(() -> new FileHeaders.Bytes(0, file.total()));
            content(context, bytes);
            range.ifPresent(some -> context.response()
                    .setStatusCode(206)
                    .putHeader(
                            HttpHeaders.CONTENT_RANGE,
                            "bytes " + some.from() + "-" + (some.to() - 1) + "/" + file.total()));
            return new FileSending(
                            sending,
                            context,
                            bytes,
                            at -> shelf.read(file, at, (int) Math.min(FileReceiving.PIECE, bytes.to() - at)))
                    .send();
        });
    }

    private static Uni<Void> notModified(HttpServerResponse response, String tag) {
        response.setStatusCode(304).putHeader(HttpHeaders.ETAG, tag).end();
        return Uni.createFrom().voidItem();
    }

    private static Optional<FileHeaders.Bytes> range(RoutingContext context, StoredFile file, String tag) {
        try {
            return FileHeaders.range(context.request(), file.total(), tag);
        } catch (Refusal unsatisfiable) {
            context.response().putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + file.total());
            throw unsatisfiable;
        }
    }

    /** Bytes that mean nothing to the gateway, nor may they to a browser. */
    private static void content(RoutingContext context, FileHeaders.Bytes bytes) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes.to() - bytes.from()))
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .putHeader("Content-Disposition", "attachment")
                .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (context.request().headers().contains(HttpHeaders.ACCEPT_ENCODING)) {
            // Compressed, ranges would be of something else. This header tells the server not to, and is not sent.
            response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        }
    }

    private Uni<FileKey> key(RoutingContext context) {
        return calls.in(context, RouteMounts.part(context, "profile")).map(call -> {
            if (!call.profile().isOffline()) {
                throw Refusal.of(
                        ProblemCode.PROFILE_NOT_OFFLINE,
                        "Profile '" + call.profile().name()
                                + "' is not an offline profile, so it has no files. Write live.");
            }
            call.query().finish();
            String id = RouteMounts.part(context, "file");
            return Texts.uuid(id)
                    .map(uuid -> new FileKey(call.caller().name(), new FileId(uuid)))
                    .orElseThrow(() -> notAnId(context, id));
        });
    }

    /** A file id that is none can be uploaded no more than it can be found. */
    private static Refusal notAnId(RoutingContext context, String id) {
        return context.request().method().equals(HttpMethod.PUT)
                ? Refusal.of(ProblemCode.MALFORMED_REQUEST, "The id of a file has to be a UUID.")
                : Refusal.of(ProblemCode.NO_SUCH_FILE, "No file '" + Texts.shorten(id) + "' of yours is known.");
    }
}
