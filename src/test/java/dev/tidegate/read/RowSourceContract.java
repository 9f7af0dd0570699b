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
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import dev.tidegate.xpath.Value;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
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

    /** Lets everything through again. */
    protected abstract void heal();

    /** The store itself, past whatever is cut or stalled. */
    protected abstract TestDatabase store();

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

    @Nested
    class A_stream {
        @Test
        void brings_the_rows_of_its_statement_piece_by_piece() {
            RowStream stream = open("SELECT n::int4, ('x' || n)::text FROM generate_series(1, 1000) n ORDER BY n");
            List<@Nullable Object[]> all = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            RowStream.Rows piece;
            do {
                piece = next(stream, 300);
                sizes.add(piece.rows().size());
                all.addAll(piece.rows());
            } while (!piece.last());
            assertThat(sizes).containsExactly(300, 300, 300, 100);
            assertThat(all)
                    .containsExactlyElementsOf(rows(new SqlQuery(
                            "SELECT n::int4, ('x' || n)::text FROM generate_series(1, 1000) n ORDER BY n", List.of())));
        }

        @Test
        void takes_binds_as_a_statement_does() {
            SqlQuery query = new SqlQuery(
                    "SELECT $1::text || n FROM generate_series(1, $2::int8) n ORDER BY n",
                    List.of(bind(ValueType.TEXT), bind(ValueType.INT64)));
            RowStream stream = await(source().stream(STORE, query, new Object[] {"'; --", 2L}));
            assertThat(next(stream, 10).rows()).containsExactly(new Object[] {"'; --1"}, new Object[] {"'; --2"});
        }

        @Test
        void of_nothing_is_one_piece_without_rows() {
            RowStream.Rows piece = next(open("SELECT 1 WHERE false"), 10);
            assertThat(piece.rows()).isEmpty();
            assertThat(piece.last()).isTrue();
        }

        @Test
        void lets_go_of_the_store_with_its_last_row() {
            RowStream stream = open("SELECT n FROM generate_series(1, 20) n");
            next(stream, 15);
            assertThat(held()).isOne();
            assertThat(next(stream, 15).last()).isTrue();
            awaitFree();
        }

        @Test
        void shows_one_moment_whatever_is_written_meanwhile() {
            store().run(
                            "DROP TABLE IF EXISTS moment",
                            "CREATE TABLE moment AS SELECT n FROM generate_series(1, 400) n");
            RowStream stream = open("SELECT n::int4 FROM moment ORDER BY n");
            int seen = next(stream, 100).rows().size();
            store().run("DELETE FROM moment WHERE n > 200", "INSERT INTO moment VALUES (1000)");
            assertThat(seen + next(stream, 1_000).rows().size()).isEqualTo(400);
        }

        @Test
        void writes_nothing() {
            store().run("DROP TABLE IF EXISTS moment", "CREATE TABLE moment (n int)");
            RowStream stream = open("INSERT INTO moment VALUES (1) RETURNING n");
            assertThatThrownBy(() -> next(stream, 1)).hasMessageContaining("read-only transaction");
            awaitFree();
        }

        @Test
        void may_take_longer_than_any_of_its_pieces_may() {
            RowStream stream = open("SELECT n::int4, pg_sleep(0.03) FROM generate_series(1, 100) n");
            int rows = 0;
            RowStream.Rows piece;
            do {
                piece = next(stream, 10);
                rows += piece.rows().size();
            } while (!piece.last());
            assertThat(rows).isEqualTo(100);
        }

        @Test
        void whose_piece_takes_too_long_is_a_timeout_and_leaves_nothing_running() {
            RowStream stream = open("SELECT pg_sleep(30)");
            assertThat(refusal(() -> next(stream, 1))).isEqualTo(ProblemCode.STORE_TIMEOUT);
            awaitFree();
        }

        @Test
        void whose_store_is_lost_in_the_middle_is_unavailable() {
            RowStream stream = open("SELECT n FROM generate_series(1, 1000) n");
            next(stream, 10);
            cut();
            assertThat(refusal(() -> next(stream, 10))).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            awaitFree();
        }

        @Test
        void whose_store_falls_silent_in_the_middle_is_a_timeout() {
            RowStream stream = open("SELECT n FROM generate_series(1, 1000) n");
            next(stream, 10);
            stall();
            assertThat(refusal(() -> next(stream, 10))).isEqualTo(ProblemCode.STORE_TIMEOUT);
            heal();
            awaitFree();
        }

        @Test
        void of_a_store_that_cannot_be_reached_does_not_open() {
            cut();
            assertThat(refusal(() -> open("SELECT 1"))).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        }

        @Test
        void of_a_silent_store_does_not_open_and_leaves_no_connection_behind() {
            stall();
            assertThat(refusal(() -> open("SELECT 1"))).isEqualTo(ProblemCode.STORE_TIMEOUT);
            heal();
            Until.holds("no connection left", PATIENCE, () -> connections() == 0);
        }

        @Test
        void of_a_broken_statement_does_not_open_and_leaves_no_connection_behind() {
            assertThatThrownBy(() -> open("SELECT no_such_column")).isNotInstanceOf(Refusal.class);
            Until.holds("no connection left", PATIENCE, () -> connections() == 0);
        }

        @Test
        void that_is_closed_early_is_free_at_once_and_brings_nothing_more() {
            RowStream stream = open("SELECT n FROM generate_series(1, 1000000) n");
            next(stream, 10);
            stream.close();
            stream.close();
            Until.holds("free at once", Duration.ofSeconds(2), () -> held() == 0);
            assertThat(catchThrowable(() -> next(stream, 10))).isInstanceOf(Refusal.class);
        }

        @Test
        void that_is_closed_while_it_is_asked_cancels_its_statement() {
            RowStream stream = open("SELECT count(*) FROM generate_series(1, 1000000000)");
            CompletableFuture<RowStream.Rows> piece = stream.next(10).subscribeAsCompletionStage();
            Until.holds("running", Duration.ofSeconds(1), () -> running() == 1);
            stream.close();
            Until.holds("cancelled", Duration.ofMillis(1400), () -> running() == 0);
            assertThat(piece).failsWithin(PATIENCE);
        }

        @Test
        void that_lies_still_for_too_long_is_given_up_by_the_store() {
            RowStream stream = open("SELECT n FROM generate_series(1, 1000) n");
            next(stream, 10);
            assertThat(held()).isOne();
            awaitFree();
            assertThat(catchThrowable(() -> next(stream, 10))).isInstanceOf(Refusal.class);
        }

        private RowStream open(String text) {
            return await(source().stream(STORE, new SqlQuery(text, List.of()), new Object[0]));
        }

        private RowStream.Rows next(RowStream stream, int most) {
            return await(stream.next(most));
        }

        private ProblemCode refusal(ThrowingCallable call) {
            Throwable failure = catchThrowable(call);
            assertThat(failure).isInstanceOf(Refusal.class);
            return ((Refusal) failure).problem().code();
        }

        private void awaitFree() {
            Until.holds("nothing held in the store", PATIENCE, () -> held() == 0);
        }

        /** Transactions that the gateway holds open. */
        private int held() {
            return connectionsThat("state <> 'idle'");
        }

        private int running() {
            return connectionsThat("state = 'active'");
        }

        private int connections() {
            return connectionsThat("true");
        }

        private int connectionsThat(String condition) {
            return Integer.parseInt(String.valueOf(
                    store().value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name = 'tidegate' AND " + condition)));
        }
    }

    private static Bind bind(ValueType type) {
        return new Bind.Of(new Value.Parameter("p", type, 0));
    }

    private @Nullable Object[] only(String text) {
        return rows(new SqlQuery(text, List.of())).getFirst();
    }

    private List<@Nullable Object[]> rows(SqlQuery query, @Nullable Object... binds) {
        return await(source().rows(STORE, query, Arrays.copyOf(binds, binds.length)));
    }

    private static <T> T await(Uni<T> work) {
        return work.await().atMost(PATIENCE);
    }
}
