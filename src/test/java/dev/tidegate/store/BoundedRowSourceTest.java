package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundedRowSourceTest {
    private static final StoreName STORE = new StoreName("field");

    private Uni<RowStream.Rows> piece = Uni.createFrom().item(new RowStream.Rows(List.of(), false));
    private boolean reachable = true;
    private final RowSource source = new BoundedRowSource(new Canned(), Map.of(STORE, 2));

    @Test
    void one_stream_more_than_may_be_is_refused_for_a_while() {
        open();
        open();
        Throwable refused = catchThrowable(this::open);
        assertThat(refused).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            assertThat(refusal.problem().retryAfter()).isPresent();
        });
    }

    @Test
    void a_stream_gives_its_place_back_once_however_often_it_is_closed() {
        RowStream one = open();
        open();
        one.close();
        one.close();
        open();
        assertThat(catchThrowable(this::open)).isInstanceOf(Refusal.class);
    }

    @Test
    void the_last_piece_gives_the_place_back() {
        RowStream one = open();
        open();
        piece = Uni.createFrom().item(new RowStream.Rows(List.of(), true));
        one.next(1).await().indefinitely();
        open();
    }

    @Test
    void a_piece_that_fails_gives_the_place_back() {
        RowStream one = open();
        open();
        piece = Uni.createFrom().failure(new IllegalStateException("broken"));
        assertThat(catchThrowable(() -> one.next(1).await().indefinitely())).hasMessage("broken");
        open();
    }

    @Test
    void what_does_not_open_takes_no_place() {
        reachable = false;
        for (int i = 0; i < 3; i++) {
            assertThat(catchThrowable(this::open)).hasMessage("unreachable");
        }
        reachable = true;
        open();
        open();
    }

    private RowStream open() {
        return source.stream(STORE, new SqlQuery("", List.of()), new Object[0])
                .await()
                .indefinitely();
    }

    private final class Canned implements RowSource {
        @Override
        public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            return reachable
                    ? Uni.createFrom().item(new RowStream() {
                        @Override
                        public Uni<Rows> next(int most) {
                            return piece;
                        }

                        @Override
                        public void close() {}
                    })
                    : Uni.createFrom().failure(new IllegalStateException("unreachable"));
        }
    }
}
