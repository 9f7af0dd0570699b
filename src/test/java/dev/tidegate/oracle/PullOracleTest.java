package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Generated models, rules, constraints, writers and devices: whenever a device has come to the end of a download, what it holds is what the
 * oracle says of the same snapshot, object by object and member by member. {@code -Dpulls.rounds=100000} goes on for longer,
 * {@code -Dpulls.seed=…} does other things, and {@code -Dpulls.case=…} repeats one store.
 */
class PullOracleTest {
    private static final int ROUNDS_OF_A_STORE = 250;

    /** Most of the time a store waits for its disk. */
    private static final int AT_ONCE = 4;

    private static Vertx vertx;

    private final PullTally tally = new PullTally();

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        // It gets ready at its first use, which must not be two at once.
        Uni.createFrom().item("ready").map(String::length).await().indefinitely();
    }

    @AfterAll
    static void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_device_holds_what_the_oracle_says() throws InterruptedException {
        Optional<Long> one = Optional.ofNullable(Long.getLong("pulls.case"));
        if (one.isPresent()) {
            run(one.get());
        } else {
            runAll(Long.getLong("pulls.seed", 20261127L), Integer.getInteger("pulls.rounds", 2_000));
        }
        System.out.println(tally.summary());
        assertThat(tally.failures()).as(tally.summary()).isEmpty();
        if (one.isEmpty()) {
            assertThat(tally.discriminating()).as(tally.summary()).isGreaterThan(0.2);
        }
    }

    private void runAll(long seed, int rounds) throws InterruptedException {
        System.out.println("pulls.seed " + seed);
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (tally.isToGoOn(rounds)) {
                    run(Dice.mixed(seed + next.getAndIncrement()) >>> 1);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void run(long seed) {
        try (PullTrial trial = new PullTrial(seed, vertx)) {
            tally.add(trial.run(ROUNDS_OF_A_STORE));
        } catch (RuntimeException broken) {
            StringWriter trace = new StringWriter();
            broken.printStackTrace(new PrintWriter(trace));
            tally.fail(trace.toString());
        }
    }
}
