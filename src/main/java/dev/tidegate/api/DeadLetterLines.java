package dev.tidegate.api;

import dev.tidegate.observation.Observation.StreamEnd;
import dev.tidegate.upload.DeadLetterPage;
import dev.tidegate.upload.DeadLetterStream;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;

/** Operations that could not be applied as lines, a page of the database at a time; nothing is held between two. */
final class DeadLetterLines implements LineStream {
    private final DeadLetterStream letters;
    private final Context loop;
    private long count;

    /** @param loop where the pieces are waited for */
    DeadLetterLines(DeadLetterStream letters, Context loop) {
        this.letters = letters;
        this.loop = loop;
    }

    @Override
    public Uni<Piece> next(int most) {
        return letters.next(most)
                .emitOn(task -> loop.runOnContext(_ -> task.run()))
                .map(this::piece);
    }

    private Piece piece(DeadLetterPage page) {
        count += page.letters().size();
        return new Piece(DeskJson.lines(page, count), page.letters().size(), !page.more(), false);
    }

    @Override
    public void close(StreamEnd how) {
        // the next page is simply not asked for
    }
}
