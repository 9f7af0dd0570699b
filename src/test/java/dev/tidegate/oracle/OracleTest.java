package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Generated models, data, access rules and constraints: what a live read brings is what the oracle says, object by object
 * and member by member. {@code -Doracle.constraints=100000} asks more, {@code -Doracle.seed=…} asks others, and
 * {@code -Doracle.case=…} asks one of them again.
 */
class OracleTest {
    private static final int QUESTIONS_OF_A_WORLD = 200;
    private static final int AT_ONCE = 50;
    private static final int PAGE = 3;
    private static final int PIECE = 5;
    private static final int ENOUGH_FAILURES = 10;

    private static TrialStore store;

    private final Tally tally = new Tally();

    @BeforeAll
    static void open() {
        store = new TrialStore(ModelMaker.STORE);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void a_live_read_brings_what_the_oracle_says() {
        Optional<String> one = Optional.ofNullable(System.getProperty("oracle.case"));
        if (one.isPresent()) {
            String[] parts = one.get().split(":", -1);
            ask(
                    Trial.of(Long.parseLong(parts[0]), store.database(), store.source()),
                    List.of(Long.parseLong(parts[1])));
        } else {
            askAll(Long.getLong("oracle.seed", 20261126L), Integer.getInteger("oracle.constraints", 3_000));
        }
        System.out.println(tally.summary());
        assertThat(tally.failures()).as(tally.summary()).isEmpty();
        if (one.isEmpty()) {
            assertThat(tally.discriminating()).as(tally.summary()).isGreaterThan(0.4);
        }
    }

    private void askAll(long seed, int constraints) {
        System.out.println("oracle.seed " + seed);
        for (int asked = 0, world = 0; asked < constraints; asked += QUESTIONS_OF_A_WORLD, world++) {
            Trial trial = Trial.of(Dice.mixed(seed + world) >>> 1, store.database(), store.source());
            tally.world();
            for (int from = 0; from < QUESTIONS_OF_A_WORLD; from += AT_ONCE) {
                List<Long> indexes = new ArrayList<>();
                for (long i = from; i < from + AT_ONCE; i++) {
                    indexes.add(i);
                }
                ask(trial, indexes);
            }
            if (tally.failures().size() >= ENOUGH_FAILURES) {
                return;
            }
        }
    }

    /** One question in all its forms, and what production answers to each. */
    private record Asked(
            String name,
            Question question,
            Thing object,
            Trial.Aggregate aggregate,
            CompletableFuture<Answer> whole,
            CompletableFuture<Answer> single,
            CompletableFuture<Answer> computed,
            Optional<CompletableFuture<Answer>> pages,
            boolean streamed) {

        static Asked of(Trial trial, long index) {
            Question question = trial.question(index);
            Thing object = trial.object(question, index);
            Trial.Aggregate aggregate = trial.aggregate(question, index);
            boolean paged = Math.floorMod(index, 8) == 0;
            return new Asked(
                    trial.name(index),
                    question,
                    object,
                    aggregate,
                    trial.answer(question).subscribeAsCompletionStage(),
                    trial.answer(question, object).subscribeAsCompletionStage(),
                    trial.answer(question, aggregate).subscribeAsCompletionStage(),
                    paged ? Optional.of(trial.pages(question, PAGE).subscribeAsCompletionStage()) : Optional.empty(),
                    Math.floorMod(index, 4) == 1);
        }
    }

    /** The store works on the questions while the oracle thinks. */
    private void ask(Trial trial, List<Long> indexes) {
        List<Asked> asked =
                indexes.stream().map(index -> Asked.of(trial, index)).toList();
        asked.forEach(one -> check(trial, one));
    }

    private void check(Trial trial, Asked asked) {
        RoundTrip.check(asked.question().constraint().text());
        Oracle oracle = trial.oracle(asked.question());
        Answer expected = oracle.answer();
        tally.count(expected, oracle.visible());
        Answer actual = unhurried(asked.whole().join(), () -> trial.answer(asked.question()));
        if (!expected.equals(actual)) {
            tally.fail(new Disagreement(trial, asked.name(), asked.question()).describe() + "  at first " + actual);
        }
        Trial.Aggregate aggregate = asked.aggregate();
        compare(
                asked,
                "by id",
                oracle.answer(asked.object()),
                unhurried(asked.single().join(), () -> trial.answer(asked.question(), asked.object())));
        compare(
                asked,
                aggregate.toString(),
                oracle.answer(aggregate.function(), aggregate.attribute()),
                unhurried(asked.computed().join(), () -> trial.answer(asked.question(), aggregate)));
        asked.pages()
                .ifPresent(pages -> compare(
                        asked,
                        "in pages",
                        expected,
                        unhurried(pages.join(), () -> trial.pages(asked.question(), PAGE))));
        if (asked.streamed()) {
            Supplier<Uni<Answer>> stream = () -> trial.stream(asked.question(), PIECE);
            // One at a time: each holds a connection of its own.
            compare(
                    asked,
                    "as a stream",
                    expected,
                    unhurried(stream.get().await().indefinitely(), stream));
        }
    }

    /** Who was not answered in time, on a machine that was busy with fifty questions at once, asks again alone. */
    private Answer unhurried(Answer answer, Supplier<Uni<Answer>> again) {
        if (answer instanceof Answer.Broken(var what) && what.contains("store-timeout")) {
            tally.late();
            return again.get().await().indefinitely();
        }
        return answer;
    }

    private void compare(Asked asked, String how, Answer expected, Answer actual) {
        if (!expected.equals(actual)) {
            tally.fail("\n-Doracle.case=" + asked.name() + " " + how + "\n" + asked.question() + "\n  expected "
                    + expected + "\n  actual   " + actual);
        }
    }
}
