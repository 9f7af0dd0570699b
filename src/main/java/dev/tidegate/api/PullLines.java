package dev.tidegate.api;

import dev.tidegate.download.Download;
import dev.tidegate.download.PullLine;
import dev.tidegate.observation.Observation;
import io.smallrye.mutiny.Uni;

/** The lines of a download, a leg at a time. */
final class PullLines implements LineStream {
    private final Download download;
    private final PullJson json;

    PullLines(Download download, PullJson json) {
        this.download = download;
        this.json = json;
    }

    @Override
    public Uni<Piece> next(int most) {
        return download.page(PullReader.LARGEST)
                .map(piece -> new Piece(
                        json.lines(piece.lines()),
                        piece.lines().size(),
                        piece.last(),
                        piece.lines().getLast() instanceof PullLine.Cursor));
    }

    @Override
    public void close(Observation.StreamEnd how) {
        // A leg holds nothing of a store when it has been read.
    }
}
