package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Lets so many streams run at a time in each store, and refuses more at once. */
public final class BoundedRowSource implements RowSource {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final RowSource source;
    private final Map<StoreName, Semaphore> places = new TreeMap<>();

    /** {@code streams} has every store that is ever asked. */
    public BoundedRowSource(RowSource source, Map<StoreName, Integer> streams) {
        this.source = source;
        streams.forEach((store, most) -> places.put(store, new Semaphore(most)));
    }

    @Override
    public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return source.rows(store, query, binds);
    }

    @Override
    public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return Uni.createFrom().deferred(() -> {
            Semaphore free = Objects.requireNonNull(places.get(store), "a store without a bound");
            if (!free.tryAcquire()) {
                return Uni.createFrom().failure(full(store));
            }
            return source.stream(store, query, binds)
                    .onFailure()
                    .invoke(() -> free.release())
                    .map(stream -> new Bounded(stream, free));
        });
    }

    private static Refusal full(StoreName store) {
        return new Refusal(Problem.retryable(
                ProblemCode.STORE_UNAVAILABLE,
                "Data store '" + store + "' is sending as many streams as it may. Try again later, or ask for pages.",
                RETRY_AFTER));
    }

    /** A stream that gives its place back when it ends, once. */
    private static final class Bounded implements RowStream {
        private final RowStream stream;
        private final Semaphore place;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Bounded(RowStream stream, Semaphore place) {
            this.stream = stream;
            this.place = place;
        }

        @Override
        public Uni<Rows> next(int most) {
            return stream.next(most).onFailure().invoke(this::close).invoke(rows -> {
                if (rows.last()) {
                    close();
                }
            });
        }

        @Override
        public void close() {
            stream.close();
            if (open.compareAndSet(true, false)) {
                place.release();
            }
        }
    }
}
