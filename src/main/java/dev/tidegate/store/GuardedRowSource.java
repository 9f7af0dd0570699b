package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of stores, each store behind its guard. What no data makes long, and what has been quick so far,
 * shares a connection while there is one with room.
 */
public final class GuardedRowSource implements RowSource {
    private final PgRowSource source;
    private final StoreGuards guards;

    public GuardedRowSource(PgRowSource source, StoreGuards guards) {
        this.source = source;
        this.guards = guards;
    }

    @Override
    public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return Uni.createFrom()
                .deferred(() -> guards.isClosed(store) ? shared(store, query, binds) : alone(store, query, binds));
    }

    private Uni<List<@Nullable Object[]>> alone(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return guards.guard(store, () -> source.rows(store, query, binds));
    }

    private Uni<List<@Nullable Object[]>> shared(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return source.shared(store, query, binds)
                .map(ask -> guards.beside(store, ask::rows)
                        .onFailure(SharedLine.Overtaken.class)
                        .recoverWithUni(() -> alone(store, query, binds)))
                .orElseGet(() -> alone(store, query, binds));
    }

    @Override
    public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return guards.enterStream(store)
                .flatMap(permit -> source.stream(store, query, binds)
                        .<RowStream>map(stream -> new Permitted(stream, permit))
                        .onFailure()
                        .invoke(failure -> {
                            permit.failed(failure);
                            permit.close();
                        })
                        .onCancellation()
                        .invoke(permit::close));
    }

    /** A stream that holds its place until it ends, this way or that. */
    private record Permitted(RowStream stream, StreamPermit permit) implements RowStream {
        @Override
        public Uni<Rows> next(int most) {
            return stream.next(most).invoke(this::taken).onFailure().invoke(this::failed);
        }

        private void taken(Rows rows) {
            permit.answered();
            if (rows.last()) {
                permit.close();
            }
        }

        private void failed(Throwable failure) {
            permit.failed(failure);
            permit.close();
        }

        @Override
        public void close() {
            stream.close();
            permit.close();
        }
    }
}
