package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.FileUpload;
import dev.tidegate.upload.StoredFile;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of one upload off the socket, piece by piece: while a piece is made durable nothing more is read, so that a
 * piece and what had arrived behind it are all that is in memory. A client that sends nothing for too long loses its
 * connection; what is durable by then stays. Lives on the event loop of its request.
 */
final class FileReceiving {
    static final int PIECE = 256 * 1024;
    private static final int LOOKS = 4;

    private final Means means;
    private final HttpServerRequest request;
    private final RoutingContext context;
    private final FileUpload upload;
    private final long length;
    private @Nullable Context loop;
    private @Nullable UniEmitter<? super StoredFile> emitter;
    private Buffer waiting = Buffer.buffer();
    private long arrived;
    private long heard;
    private long timer;
    private boolean busy;
    private boolean ended;
    private boolean over;

    /** {@code stall}: how long a client may send nothing; {@code patience}: how many bytes are thrown away unread. */
    record Means(Vertx vertx, Duration stall, long patience) {}

    FileReceiving(Means means, RoutingContext context, FileUpload upload, long length) {
        this.means = means;
        this.context = context;
        this.request = context.request();
        this.upload = upload;
        this.length = length;
    }

    /** Completes when all of it is durable. */
    Uni<StoredFile> receive() {
        return Uni.createFrom().emitter(to -> start(to));
    }

    private void start(UniEmitter<? super StoredFile> to) {
        emitter = to;
        loop = means.vertx().getOrCreateContext();
        heard = System.nanoTime();
        timer = means.vertx().setPeriodic(Math.max(1, means.stall().toMillis() / LOOKS), _ -> look());
        context.addEndHandler(answered -> {
            if (answered.failed()) {
                fail(broken());
            }
        });
        request.exceptionHandler(_ -> fail(broken()));
        request.endHandler(_ -> {
            ended = true;
            go();
        });
        request.handler(this::arrived);
        if (context.response().closed()) {
            fail(broken());
        }
        request.resume();
    }

    private void arrived(Buffer bytes) {
        heard = System.nanoTime();
        arrived += bytes.length();
        if (over) {
            return;
        }
        if (arrived > length) {
            fail(Refusal.of(ProblemCode.MALFORMED_REQUEST, "More bytes came than the headers say: " + length + "."));
            return;
        }
        waiting.appendBuffer(bytes);
        if (waiting.length() > PIECE) {
            request.pause();
            go();
        }
    }

    private void go() {
        if (busy || over) {
            return;
        }
        if (waiting.length() > PIECE) {
            busy = true;
            byte[] piece = waiting.getBytes(0, PIECE);
            waiting = waiting.getBuffer(PIECE, waiting.length());
            upload.take(piece).subscribe().with(_ -> onLoop(this::taken), failure -> onLoop(() -> fail(failure)));
        } else if (ended) {
            end();
        }
    }

    private void taken() {
        busy = false;
        heard = System.nanoTime();
        go();
        if (!busy && !ended) {
            request.resume();
        }
    }

    private void end() {
        if (arrived < length) {
            fail(Refusal.of(
                    ProblemCode.MALFORMED_REQUEST,
                    "Fewer bytes came than the headers say: " + arrived + " of " + length + "."));
            return;
        }
        busy = true;
        upload.end(waiting.getBytes())
                .subscribe()
                .with(file -> onLoop(() -> complete(file)), failure -> onLoop(() -> fail(failure)));
    }

    private void complete(StoredFile file) {
        if (!over) {
            finish();
            Objects.requireNonNull(emitter).complete(file);
        }
    }

    private void fail(Throwable failure) {
        if (!over) {
            finish();
            Objects.requireNonNull(emitter).fail(failure);
        }
    }

    private void finish() {
        over = true;
        waiting = Buffer.buffer();
        var _ = means.vertx().cancelTimer(timer);
    }

    private void look() {
        if (!busy && !over && System.nanoTime() - heard > means.stall().toNanos()) {
            CutOff.of(request);
            fail(broken());
        }
    }

    private void onLoop(Runnable step) {
        Objects.requireNonNull(loop).runOnContext(_ -> step.run());
    }

    private static Refusal broken() {
        return Refusal.of(ProblemCode.MALFORMED_REQUEST, "The body could not be read to its end.");
    }

    /**
     * What is left of a body that nobody wants is thrown away, so that a client which only listens after sending can hear why;
     * beyond the patience the connection is closed.
     */
    static void discard(HttpServerRequest request, long patience) {
        if (request.isEnded()) {
            return;
        }
        long[] thrown = {0};
        request.exceptionHandler(_ -> {});
        request.endHandler(_ -> {});
        request.handler(bytes -> {
            thrown[0] += bytes.length();
            if (thrown[0] > patience) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
