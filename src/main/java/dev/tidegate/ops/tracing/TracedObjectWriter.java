package dev.tidegate.ops.tracing;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.WriteResult;
import dev.tidegate.read.WriteWork;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Follows live writes in stores. */
record TracedObjectWriter(ObjectWriter writer, Traces traces) implements ObjectWriter {
    @Override
    public Uni<WriteResult> write(WriteWork work) {
        return traces.call(work.store(), "write", () -> writer.write(work));
    }

    @Override
    public Uni<Integer> forget(StoreName store, Duration olderThan) {
        return writer.forget(store, olderThan);
    }
}
