package dev.tidegate.read;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one statement, taken piece by piece: what is not asked for stays in the store. It holds a connection until
 * its last row was taken, a piece failed, or it is closed.
 */
public interface RowStream {

    /**
     * The next rows, {@code most} of them at most. Not to be called before the one before has ended. Fails as
     * {@link RowSource} does, each piece within the deadline of a statement, and then the stream is closed.
     */
    Uni<Rows> next(int most);

    /** Lets go of the connection at once, and of a statement that is under way. May be called again. */
    void close();

    /** Some rows; after the {@code last} ones nothing comes. */
    record Rows(List<@Nullable Object[]> rows, boolean last) {}
}
