package dev.tidegate.store;

import dev.tidegate.upload.Leftovers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;

/**
 * A pass over what the gateway's own database has kept long enough, oldest first: each step is one call of a function that
 * answers how many it has {@code seen} and {@code forgotten}, and the moment that it has {@code reached}, where the next goes on.
 */
final class QueueSweep implements Leftovers.Sweep {
    private final Function<OffsetDateTime, Uni<RowSet<Row>>> call;
    private final int step;
    private final Duration deadline;
    private OffsetDateTime from = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** @param call the function, from a moment on, for {@code step} at the most */
    QueueSweep(Function<OffsetDateTime, Uni<RowSet<Row>>> call, int step, Duration deadline) {
        this.call = call;
        this.step = step;
        this.deadline = deadline;
    }

    @Override
    public Uni<Leftovers.Step> next() {
        return call.apply(from)
                .map(rows -> went(rows.iterator().next()))
                .ifNoItem()
                .after(deadline)
                .fail();
    }

    private Leftovers.Step went(Row row) {
        long seen = row.getLong("seen");
        if (seen > 0) {
            from = row.getOffsetDateTime("reached");
        }
        return new Leftovers.Step(row.getLong("forgotten"), seen == step);
    }
}
