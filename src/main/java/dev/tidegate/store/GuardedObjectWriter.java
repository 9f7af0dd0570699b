package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.WriteResult;
import dev.tidegate.read.WriteWork;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Live writes of objects, each store behind its guard. */
public final class GuardedObjectWriter implements ObjectWriter {
    private final ObjectWriter writer;
    private final StoreGuards guards;

    public GuardedObjectWriter(ObjectWriter writer, StoreGuards guards) {
        this.writer = writer;
        this.guards = guards;
    }

    @Override
    public Uni<WriteResult> write(WriteWork work) {
        return guards.guard(work.store(), () -> writer.write(work));
    }

    @Override
    public Uni<Integer> forget(StoreName store, Duration olderThan) {
        return guards.attempt(store, () -> writer.forget(store, olderThan));
    }
}
