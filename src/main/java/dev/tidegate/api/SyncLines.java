package dev.tidegate.api;

import dev.tidegate.observation.Observation;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;

/** What was accepted, at once; then, when what it waits for has come, the lines of a download. */
final class SyncLines implements LineStream {
    private final Buffer accepted;
    private final Uni<Void> before;
    private final LineStream download;
    private Stage stage = Stage.FIRST;

    private enum Stage {
        FIRST,
        WAITING,
        DOWNLOADING
    }

    SyncLines(Buffer accepted, Uni<Void> before, LineStream download) {
        this.accepted = accepted;
        this.before = before;
        this.download = download;
    }

    @Override
    public Uni<Piece> next(int most) {
        return switch (stage) {
            case FIRST -> {
                stage = Stage.WAITING;
                yield Uni.createFrom().item(new Piece(accepted, 0, false, false));
            }
            case WAITING -> {
                stage = Stage.DOWNLOADING;
                yield before.flatMap(_ -> download.next(most));
            }
            case DOWNLOADING -> download.next(most);
        };
    }

    @Override
    public void close(Observation.StreamEnd how) {
        download.close(how);
    }
}
