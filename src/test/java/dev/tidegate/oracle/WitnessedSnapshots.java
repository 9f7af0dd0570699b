package dev.tidegate.oracle;

import dev.tidegate.download.StoreSnapshot;
import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Moments of a store in which, after all else, one more statement is asked. */
final class WitnessedSnapshots implements StoreSnapshots {
    private final StoreSnapshots snapshots;
    private final SqlStatement statement;
    private volatile List<@Nullable Object[]> seen = List.of();

    WitnessedSnapshots(StoreSnapshots snapshots, SqlStatement statement) {
        this.snapshots = snapshots;
        this.statement = statement;
    }

    /** What was answered in the last moment. */
    List<@Nullable Object[]> seen() {
        return seen;
    }

    @Override
    public <T> Uni<T> in(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work) {
        return snapshots.in(
                store,
                logs,
                moment -> work.apply(moment)
                        .call(() -> moment.rows(statement).invoke((List<@Nullable Object[]> rows) -> seen = rows)));
    }
}
