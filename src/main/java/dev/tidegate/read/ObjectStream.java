package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.shape.ShownObject;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a query, taken piece by piece by whoever sends them. Whoever has one closes it, however it ends; that is
 * when it is observed.
 */
public final class ObjectStream {
    private final EntityName entity;
    private final RowStream rows;
    private final Function<List<@Nullable Object[]>, Uni<List<ShownObject>>> objects;
    private final Observer observer;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final long start = System.nanoTime();
    private long taken;

    ObjectStream(
            EntityName entity,
            RowStream rows,
            Function<List<@Nullable Object[]>, Uni<List<ShownObject>>> objects,
            Observer observer) {
        this.entity = entity;
        this.rows = rows;
        this.objects = objects;
        this.observer = observer;
    }

    /** Some objects, perhaps none; after the {@code last} ones nothing comes. {@code count} are all that came so far. */
    public record Piece(List<ShownObject> objects, boolean last, long count) {
        public Piece {
            objects = List.copyOf(objects);
        }
    }

    /** Not to be called before the one before has ended. */
    public Uni<Piece> next(int most) {
        return rows.next(most).flatMap(some -> objects.apply(some.rows()).map(found -> piece(found, some.last())));
    }

    /** Frees what it holds in the store. Only the first call says how it ended. */
    public void close(Observation.StreamEnd how) {
        if (open.compareAndSet(true, false)) {
            rows.close();
            observer.see(new Observation.StreamEnded(entity, taken, Duration.ofNanos(System.nanoTime() - start), how));
        }
    }

    private Piece piece(List<ShownObject> found, boolean last) {
        taken += found.size();
        return new Piece(found, last, taken);
    }
}
