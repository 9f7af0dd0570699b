package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Editions;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.read.AnswerMemory;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.GuardedRowSource;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Puts together what live calls need whatever the model. */
@Singleton
final class ReadWiring {
    /** So often a thousand answers are forgotten in each store, if so many are old enough. */
    private static final long FORGET_MILLIS = 20_000;

    /** Two levels of expansion, and one to spare. */
    private static final int STATEMENTS_BETWEEN_PIECES = 3;

    @Produces
    @Singleton
    RowSource rowSource(StorePools pools, StoreGuards guards, TidegateConfig config, Tracing tracing) {
        Duration piece = config.limits().readTimeout();
        Duration longestRest = config.limits().streamStall().plus(piece.multipliedBy(STATEMENTS_BETWEEN_PIECES));
        return tracing.around(new GuardedRowSource(new PgRowSource(pools, piece, longestRest), guards));
    }

    @Produces
    @Singleton
    AnswerMemory answerMemory(Editions editions, StoreStates states, TidegateConfig config) {
        Duration kept = config.limits().answersKept();
        if (kept.compareTo(AnswerMemory.SHORTEST) < 0) {
            throw new StartRefused("tidegate.limits.answers-kept: clients rely on at least "
                    + AnswerMemory.SHORTEST.toHours() + " hours; it is " + kept.toHours() + ".");
        }
        return new AnswerMemory(() -> editions.current().writer(), states, kept);
    }

    void start(@Observes GatewayDatabaseReady ready, AnswerMemory memory, Clockwork clockwork) {
        clockwork.every(FORGET_MILLIS, () -> memory.forgetSome().subscribe().with(_ -> {}, _ -> {}));
    }
}
