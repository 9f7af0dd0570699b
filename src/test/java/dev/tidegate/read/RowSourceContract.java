package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.model.StoreName;
import dev.tidegate.model.ValueType;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link RowSource} keeps to. */
public abstract class RowSourceContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final UUID SOME_ID = UUID.fromString("7b0f2f3e-3c5f-4a57-9a3e-0d1b2c3d4e5f");

    protected static final StoreName STORE = new StoreName("field");

    protected abstract RowSource source();

    /** Makes the store unreachable. */
    protected abstract void cut();

    /** Makes the store silent. */
    protected abstract void stall();

    @Test
    void every_type_comes_as_its_class() {
        @Nullable Object[] row = only("""
                SELECT 'a'::text, 1::int4, 2::int8, 1.250::numeric, true,
                       timestamptz '2026-11-20 09:15:00.123456+01', '\\x0102'::bytea,
                       '7b0f2f3e-3c5f-4a57-9a3e-0d1b2c3d4e5f'::uuid""");
        assertThat(row)
                .containsExactly(
                        "a",
                        1,
                        2L,
                        new BigDecimal("1.250"),
                        true,
                        Instant.parse("2026-11-20T08:15:00.123Z"),
                        new byte[] {1, 2},
                        SOME_ID);
    }

    @Test
    void an_empty_value_is_null_and_a_set_an_array() {
        @Nullable
        Object[] row = only(
                "SELECT NULL::uuid, ARRAY(SELECT n::int8 FROM generate_series(1, 2) n), ARRAY(SELECT 'x'::text WHERE"
                        + " false)");
        assertThat(row[0]).isNull();
        assertThat((Object @Nullable []) row[1]).containsExactly(1L, 2L);
        assertThat((Object @Nullable []) row[2]).isEmpty();
    }

    @Test
    void a_time_without_a_zone_is_utc() {
        assertThat(only("SELECT (timestamp '2026-11-20 08:15:00')::timestamptz"))
                .containsExactly(Instant.parse("2026-11-20T08:15:00Z"));
    }

    @Test
    void a_time_that_no_text_has_is_empty() {
        assertThat(only("SELECT timestamptz 'infinity', timestamptz '-infinity', timestamptz '12026-01-01',"
                        + " timestamptz '0044-03-15 BC', timestamp 'infinity'"))
                .containsOnlyNulls();
    }

    @Test
    void a_bind_of_every_type_arrives_unchanged() {
        List<Object> values = List.of(
                "'; DROP TABLE x; -- $1 \\ % é 😀",
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                new BigDecimal("-123456789012345678901234567890.000001"),
                false,
                Instant.parse("2026-11-20T08:15:00.123Z"),
                new byte[] {0, -1},
                SOME_ID);
        List<Bind> binds = List.of(
                bind(ValueType.TEXT),
                bind(ValueType.INT32),
                bind(ValueType.INT64),
                bind(ValueType.DECIMAL),
                bind(ValueType.BOOLEAN),
                bind(ValueType.DATETIME),
                bind(ValueType.BINARY),
                bind(ValueType.UUID));
        SqlQuery query = new SqlQuery(
                "SELECT $1::text, $2::int4, $3::int8, $4::numeric, $5::bool, $6::timestamptz, $7::bytea, $8::uuid",
                binds);
        @Nullable Object[] row = rows(query, values.toArray()).getFirst();
        assertThat(row).containsExactly(values.toArray());
    }

    @Test
    void rows_come_in_their_order() {
        assertThat(rows(new SqlQuery("SELECT n::int4 FROM generate_series(1, 500) n ORDER BY n DESC", List.of())))
                .hasSize(500)
                .first()
                .isEqualTo(new Object[] {500});
    }

    @Test
    void a_broken_statement_is_a_bug_and_no_answer_to_a_client() {
        assertThatThrownBy(() -> only("SELECT no_such_column")).isNotInstanceOf(Refusal.class);
    }

    @Test
    void a_store_that_cannot_be_reached_is_unavailable_and_says_when_to_come_again() {
        only("SELECT 1");
        cut();
        Throwable failure = catchThrowable(() -> only("SELECT 1"));
        assertThat(failure).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            assertThat(refusal.problem().retryAfter()).isPresent();
        });
    }

    @Test
    void a_store_that_does_not_answer_in_time_is_a_timeout() {
        only("SELECT 1");
        stall();
        Throwable failure = catchThrowable(() -> only("SELECT 1"));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.STORE_TIMEOUT));
    }

    @Test
    void a_statement_that_runs_too_long_is_a_timeout() {
        Throwable failure = catchThrowable(() -> only("SELECT pg_sleep(30)"));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.STORE_TIMEOUT));
    }

    private static Bind bind(ValueType type) {
        return new Bind.Of(new Value.Parameter("p", type, 0));
    }

    private @Nullable Object[] only(String text) {
        return rows(new SqlQuery(text, List.of())).getFirst();
    }

    private List<@Nullable Object[]> rows(SqlQuery query, @Nullable Object... binds) {
        return source().rows(STORE, query, Arrays.copyOf(binds, binds.length))
                .await()
                .atMost(PATIENCE);
    }
}
