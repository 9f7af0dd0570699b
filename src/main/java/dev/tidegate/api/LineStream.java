package dev.tidegate.api;

import dev.tidegate.observation.Observation.StreamEnd;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;

/** Lines of NDJSON, taken piece by piece by whoever sends them. Whoever has one closes it, however it ends. */
interface LineStream {

    /**
     * Some lines, {@code rows} of them with things in; after the {@code last} piece nothing comes. With a {@code resumable} one the client
     * has all that it needs to go on elsewhere.
     */
    record Piece(Buffer text, int rows, boolean last, boolean resumable) {}

    /** Not to be called before the one before has ended; about {@code most} rows at most. */
    Uni<Piece> next(int most);

    void close(StreamEnd how);
}
