package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the flow makes of what a store does; the store's side is in {@link ObjectWriterContract}. */
class LiveWritesTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Shop:
                        entities:
                          Item: { store: field, attributes: { Name: { type: string } } }
                        access:
                          - { entity: Shop.Item, roles: [Clerk], create: true, delete: true, read: all, write: all }
                    profiles:
                      Web: { kind: web }
                    """).model().orElseThrow();
    private static final WriteResult DONE =
            new WriteResult.Done(new WriteAnswer("1", Optional.of("7"), Optional.of("{}")), false);

    private final List<Observation> seen = new ArrayList<>();
    private final Scripted store = new Scripted();
    private final Rulebook rulebook = Rulebook.of(MODEL);
    private final LiveWrites writes = new LiveWrites(
            rulebook,
            new ChangeRules(rulebook),
            new ReadPlans(rulebook.model(), new QueryRules(rulebook)),
            new LiveWrites.Tools(store, Clock.systemUTC(), seen::add, Runnable::run));

    /** Answers one thing after the other, and the last for ever. */
    private static final class Scripted implements ObjectWriter {
        private final Deque<Uni<WriteResult>> script = new ArrayDeque<>();
        private final List<WriteWork> asked = new ArrayList<>();

        @Override
        public Uni<WriteResult> write(WriteWork work) {
            asked.add(work);
            Uni<WriteResult> next = script.size() > 1 ? script.remove() : script.element();
            return Objects.requireNonNull(next);
        }

        @Override
        public Uni<Integer> forget(StoreName store, Duration olderThan) {
            return Uni.createFrom().item(0);
        }
    }

    private static Uni<WriteResult> contention() {
        return Uni.createFrom()
                .failure(new NotWritten(
                        new Refusal(Problem.retryable(ProblemCode.STORE_UNAVAILABLE, "busy", Duration.ofSeconds(1))),
                        new IllegalStateException("deadlock")));
    }

    private WriteAnswer write(String caller, String name, String key) {
        Profile web = Objects.requireNonNull(MODEL.profiles().get(new ProfileName("Web")));
        ChangeText change = new ChangeText(
                ChangeText.Kind.CREATE,
                "Shop.Item",
                Optional.of(new UUID(0, 1).toString()),
                Optional.empty(),
                Map.of("Name", name),
                Map.of(),
                "");
        return writes.write(
                        new WriteRequest(
                                web,
                                new Caller(caller, Set.of(new RoleName("Clerk"))),
                                change,
                                new Precondition.None(),
                                Optional.of(new IdempotencyKey(key)),
                                Optional.of("r-1")),
                        _ -> "{}")
                .await()
                .atMost(Duration.ofSeconds(20));
    }

    private ProblemCode refusal() {
        Throwable failure = catchThrowable(() -> write("ada", "x", "k"));
        assertThat(failure).isInstanceOf(Refusal.class);
        return ((Refusal) failure).problem().code();
    }

    @Test
    void a_write_that_met_others_is_repeated_until_it_is_made() {
        store.script.addAll(List.of(contention(), contention(), Uni.createFrom().item(DONE)));

        assertThat(write("ada", "x", "k").version()).contains("7");

        assertThat(store.asked).hasSize(3);
        assertThat(store.asked.stream().map(WriteWork::change).distinct()).hasSize(1);
        assertThat(seen)
                .startsWith(new Observation.WriteRepeated(FIELD), new Observation.WriteRepeated(FIELD))
                .last()
                .isInstanceOfSatisfying(Observation.WriteServed.class, served -> {
                    assertThat(served.entity()).isEqualTo(EntityName.parse("Shop.Item"));
                    assertThat(served.kind()).isEqualTo(Observation.WriteKind.CREATE);
                    assertThat(served.author())
                            .isEqualTo(new Observation.Author("ada", new ProfileName("Web"), Optional.of("r-1")));
                    assertThat(served.id()).isEqualTo("1");
                });
    }

    @Test
    void a_write_that_meets_others_again_and_again_is_given_up() {
        store.script.add(contention());

        assertThat(refusal()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);

        assertThat(store.asked).hasSize(5);
    }

    @Test
    void a_write_of_which_nobody_knows_is_not_repeated() {
        store.script.add(Uni.createFrom().failure(Refusal.of(ProblemCode.STORE_TIMEOUT, "lost")));

        assertThat(refusal()).isEqualTo(ProblemCode.STORE_TIMEOUT);

        assertThat(store.asked).hasSize(1);
    }

    @Test
    void keys_are_the_callers_own_and_tell_no_names() {
        store.script.add(Uni.createFrom().item(DONE));
        write("ada", "x", "k");
        write("ada", "x", "k");
        write("bob", "x", "k");
        write("ada", "y", "k");
        write("ada", "x", "k2");

        List<WriteWork.Remembrance> kept = store.asked.stream()
                .map(work -> work.remembrance().orElseThrow())
                .toList();
        assertThat(kept.get(1)).isEqualTo(kept.get(0));
        assertThat(kept.get(2).key()).isNotEqualTo(kept.get(0).key());
        assertThat(kept.get(3).key()).isEqualTo(kept.get(0).key());
        assertThat(kept.get(3).request()).isNotEqualTo(kept.get(0).request());
        assertThat(kept.get(4).key()).isNotEqualTo(kept.get(0).key());
        assertThat(kept).allSatisfy(one -> assertThat(one.key()).matches("[0-9a-f]{64}"));
    }
}
