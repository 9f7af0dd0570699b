package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowedTest {
    private final List<String> heard = new ArrayList<>();

    private Span span(boolean recorded) {
        return new Span() {
            @Override
            public Optional<TraceParent> place() {
                return Optional.of(new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", recorded));
            }

            @Override
            public void failed(Throwable failure) {
                heard.add("failed");
            }

            @Override
            public void end() {
                heard.add("end");
            }
        };
    }

    @Test
    void work_that_comes_to_something_ends() {
        assertThat(Followed.as(span(true), Uni.createFrom().item(7)).await().indefinitely())
                .isEqualTo(7);
        assertThat(heard).containsExactly("end");
    }

    @Test
    void work_that_fails_fails_and_ends() {
        Followed.as(span(true), Uni.createFrom().<Integer>failure(new IllegalStateException()))
                .onFailure()
                .recoverWithItem(0)
                .await()
                .indefinitely();

        assertThat(heard).containsExactly("failed", "end");
    }

    @Test
    void work_that_nobody_waits_for_any_more_ends() {
        Followed.as(span(true), Uni.createFrom().nothing())
                .subscribe()
                .with(_ -> {})
                .cancel();

        assertThat(heard).containsExactly("end");
    }

    @Test
    void nothing_is_put_around_work_that_is_not_recorded() {
        Uni<Integer> work = Uni.createFrom().item(7);

        assertThat(Followed.as(span(false), work)).isSameAs(work);
        assertThat(Followed.as(Span.NONE, work)).isSameAs(work);
    }
}
