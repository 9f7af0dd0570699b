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

/** Asks one more statement in every moment of a store, after all else, and remembers the answer. */
final class Witness {
    private final SqlStatement statement;
    private volatile List<@Nullable Object[]> seen = List.of();

    Witness(SqlStatement statement) {
        this.statement = statement;
    }

    /** What was answered in the last moment. */
    List<@Nullable Object[]> seen() {
        return seen;
    }

    StoreSnapshots over(StoreSnapshots snapshots) {
        return new StoreSnapshots() {
            @Override
            public <T> Uni<T> in(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work) {
                return snapshots.in(
                        store,
                        logs,
                        moment -> work.apply(moment)
                                .call(() ->
                                        moment.rows(statement).invoke((List<@Nullable Object[]> rows) -> seen = rows)));
            }
        };
    }
}
