package dev.tidegate.api;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes of a file whose head is written, a piece at a time and never while the client has not taken what was sent
 * before. A client that takes nothing for too long loses its connection, and one whose file cannot be read on as well: it
 * was told how many bytes come. Lives on the event loop of its request.
 */
final class FileSending {
    private final Vertx vertx;
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final ClientDrain drain;
    private final LongFunction<Uni<byte[]>> source;
    private final long to;
    private long at;
    private @Nullable Context loop;
    private @Nullable UniEmitter<? super Void> done;
    private boolean over;

    /** @param source the next bytes from an offset on, none beyond the range */
    FileSending(
            NdjsonStreams.Means means,
            RoutingContext context,
            FileHeaders.Bytes range,
            LongFunction<Uni<byte[]>> source) {
        this.vertx = means.vertx();
        this.context = context;
        this.response = context.response();
        this.drain = new ClientDrain(means.vertx(), means.stall(), response);
        this.source = source;
        this.at = range.from();
        this.to = range.to();
    }

    /** Completes when the response has ended, however; fails while nothing was sent yet. */
    Uni<Void> send() {
        return Uni.createFrom().emitter(emitter -> start(emitter));
    }

    private void start(UniEmitter<? super Void> emitter) {
        done = emitter;
        loop = vertx.getOrCreateContext();
        context.addEndHandler(_ -> end());
        if (response.closed()) {
            end();
        }
        next();
    }

    private void next() {
        if (over) {
            return;
        }
        if (at == to) {
            response.end();
        } else if (response.writeQueueFull()) {
            drain.await(this::next, this::stalled);
        } else {
            source.apply(at)
                    .subscribe()
                    .with(bytes -> onLoop(() -> write(bytes)), failure -> onLoop(() -> failed(failure)));
        }
    }

    private void write(byte[] bytes) {
        if (!over) {
            at += bytes.length;
            response.write(Buffer.buffer(bytes));
            next();
        }
    }

    private void stalled() {
        if (!over) {
            end();
            CutOff.of(context.request());
        }
    }

    private void failed(Throwable failure) {
        if (over) {
            return;
        }
        if (response.headWritten()) {
            end();
            CutOff.of(context.request());
        } else {
            over = true;
            Objects.requireNonNull(done).fail(failure);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            drain.stop();
            Objects.requireNonNull(done).complete(null);
        }
    }

    private void onLoop(Runnable step) {
        Objects.requireNonNull(loop).runOnContext(_ -> step.run());
    }
}
