package dev.tidegate.api;

import dev.tidegate.observation.Observation.StreamEnd;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One stream of lines on its way to one client. A piece is read while the one before it is sent, never while the client
 * has not taken what was sent: besides the socket's buffer one piece is in memory. A client that takes nothing for too long
 * loses its connection, so that it does not hold the store's. Lives on the event loop of its request.
 */
final class NdjsonStream {
    private static final int FIRST_ROWS = 32;
    private static final int MOST_ROWS = 512;
    private static final int MOST_GROWTH = 8;
    private static final int BYTES_OF_A_PIECE = 128 * 1024;

    private final NdjsonStreams.Means means;
    private final AtomicBoolean stopping;
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final UniEmitter<? super Void> done;
    private final ClientDrain drain;
    private @Nullable LineStream stream;
    private LineStream.@Nullable Piece ready;
    private int rows = FIRST_ROWS;
    private boolean over;

    /** {@code stopping}: nobody goes on here who can elsewhere. */
    NdjsonStream(
            NdjsonStreams.Means means, AtomicBoolean stopping, RoutingContext context, UniEmitter<? super Void> done) {
        this.means = means;
        this.stopping = stopping;
        this.context = context;
        this.response = context.response();
        this.done = done;
        this.drain = new ClientDrain(means.vertx(), means.stall(), response);
    }

    void begin(Uni<LineStream> opening) {
        context.addEndHandler(ended -> end(ended.succeeded() ? StreamEnd.SERVED : StreamEnd.CLIENT_GONE));
        // Nothing more is to be read; a request that is paused would not see its client go. One of HTTP/2 that has
        // ended, as with a
        // body that was taken, is not to be touched.
        if (!context.request().isEnded()) {
            context.request().resume();
        }
        opening.subscribe().with(this::opened, this::failed);
    }

    private void opened(LineStream opened) {
        stream = opened;
        if (over) {
            opened.close(StreamEnd.CLIENT_GONE);
        } else {
            read(opened);
        }
    }

    private void read(LineStream from) {
        from.next(rows).subscribe().with(this::arrived, this::failed);
    }

    /** The next piece has as many rows as make a good buffer, to judge by this one: rows may be a thousand times wider. */
    private void arrived(LineStream.Piece piece) {
        if (piece.rows() > 0) {
            long fitting = (long) BYTES_OF_A_PIECE * piece.rows() / piece.text().length();
            rows = Math.clamp(fitting, 1, Math.min(MOST_ROWS, rows * MOST_GROWTH));
        }
        ready = piece;
        flow();
    }

    /** Sends what is ready, once the client has taken what was sent before. */
    private void flow() {
        LineStream.Piece piece = ready;
        if (over || piece == null) {
            return;
        }
        if (response.writeQueueFull()) {
            drain.await(this::flow, this::stalled);
            return;
        }
        ready = null;
        send(piece);
    }

    private void send(LineStream.Piece piece) {
        if (!response.headWritten()) {
            response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, Offer.NDJSON.mediaType());
        }
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else if (piece.last() || (piece.resumable() && stopping.get())) {
            response.end(piece.text());
        } else {
            // What comes next may be there at once, and has to come behind this.
            var _ = response.write(piece.text());
            read(Objects.requireNonNull(stream));
        }
    }

    private void stalled() {
        if (over) {
            return;
        }
        end(StreamEnd.CLIENT_STALLED);
        CutOff.of(context.request());
    }

    /** Before the first byte it is for others to tell; behind it the last line does. */
    private void failed(Throwable failure) {
        if (over) {
            return;
        }
        if (!response.headWritten()) {
            over = true;
            closeStream(StreamEnd.FAILED);
            done.fail(failure);
            return;
        }
        Buffer line = ObjectLines.of(means.faults().answer(failure, context));
        end(StreamEnd.FAILED);
        response.end(line);
    }

    private void end(StreamEnd how) {
        if (over) {
            return;
        }
        over = true;
        ready = null;
        drain.stop();
        closeStream(how);
        done.complete(null);
    }

    private void closeStream(StreamEnd how) {
        LineStream open = stream;
        if (open != null) {
            open.close(how);
        }
    }
}
