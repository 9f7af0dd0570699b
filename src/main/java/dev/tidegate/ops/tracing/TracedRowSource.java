package dev.tidegate.ops.tracing;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Span;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows what is read in stores, with the wait for a place there; a stream until its last row was taken. */
record TracedRowSource(RowSource rows, Traces traces) implements RowSource {
    @Override
    public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return traces.call(store, "read", () -> rows.rows(store, query, binds));
    }

    @Override
    public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
        return Uni.createFrom()
                .deferred(() -> traces.begun(store, "stream")
                        .map(span -> followed(rows.stream(store, query, binds), span))
                        .orElseGet(() -> rows.stream(store, query, binds)));
    }

    private static Uni<RowStream> followed(Uni<RowStream> opening, Span span) {
        return opening.<RowStream>map(stream -> new TracedStream(stream, span))
                .onFailure()
                .invoke(failure -> {
                    span.failed(failure);
                    span.end();
                })
                .onCancellation()
                .invoke(span::end);
    }

    private record TracedStream(RowStream stream, Span span) implements RowStream {
        @Override
        public Uni<Rows> next(int most) {
            return stream.next(most)
                    .invoke(rows -> {
                        if (rows.last()) {
                            span.end();
                        }
                    })
                    .onFailure()
                    .invoke(failure -> {
                        span.failed(failure);
                        span.end();
                    });
        }

        @Override
        public void close() {
            stream.close();
            span.end();
        }
    }
}
