package dev.tidegate.download;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Lines on their way to one client, taken by one reader. */
public interface Download {

    /** Behind the {@code last} ones nothing comes. */
    record Piece(List<PullLine> lines, boolean last) {
        public Piece {
            lines = List.copyOf(lines);
        }
    }

    /** The next lines, of about {@code most} objects; not to be called before the call before has ended. */
    Uni<Piece> page(int most);
}
