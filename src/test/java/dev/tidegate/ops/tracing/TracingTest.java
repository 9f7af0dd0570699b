package dev.tidegate.ops.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {
    /** Nothing is asked of it. */
    private static final class Rows implements RowSource {
        @Override
        public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void when_it_is_off_nothing_is_put_around_anything() {
        RowSource rows = new Rows();

        try (Tracing off = Tracing.off()) {
            assertThat(off.traces()).isEmpty();
            assertThat(off.around(rows)).isSameAs(rows);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector:4318", "grpc://collector:4317", "/v1/traces", "http:///v1"})
    void an_endpoint_is_a_url(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tracing.Collector(URI.create(endpoint), Map.of()))
                .withMessageContaining("URL");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void a_ratio_is_one(double ratio) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Tracing.Sampling(ratio, "1"));
    }
}
