package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of stores, each store behind its guard. */
public final class GuardedRowSource implements RowSource {
    private final RowSource source;
    private final StoreGuards guards;

    public GuardedRowSource(RowSource source, StoreGuards guards) {
        this.source = source;
        this.guards = guards;
    }

    @Override
    public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return guards.guard(store, () -> source.rows(store, query, binds));
    }
}
