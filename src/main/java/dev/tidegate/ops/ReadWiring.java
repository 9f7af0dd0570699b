package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.read.AnswerMemory;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.GuardedObjectWriter;
import dev.tidegate.store.GuardedRowSource;
import dev.tidegate.store.PgObjectWriter;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Puts together what live calls need. */
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
    ReadPlans readPlans(Model model, QueryRules rules) {
        return new ReadPlans(model, rules);
    }

    @Produces
    @Singleton
    LiveReads liveReads(
            Model model, ReadPlans plans, RowSource source, Cursors cursors, Clock clock, Observer observer) {
        return new LiveReads(model, plans, source, cursors, clock, observer);
    }

    @Produces
    @Singleton
    ObjectWriter objectWriter(
            Model model,
            StorePools pools,
            StoreGuards guards,
            PreparedStores prepared,
            TidegateConfig config,
            Tracing tracing) {
        return tracing.around(new GuardedObjectWriter(
                new PgObjectWriter(model, pools::pool, prepared, config.limits().writeTimeout()), guards));
    }

    @Produces
    @Singleton
    LiveWrites liveWrites(
            Rulebook rulebook,
            ChangeRules rules,
            ReadPlans plans,
            ObjectWriter writer,
            Clock clock,
            Observer observer) {
        return new LiveWrites(
                rulebook,
                rules,
                plans,
                new LiveWrites.Tools(writer, clock, observer, Infrastructure.getDefaultWorkerPool()));
    }

    @Produces
    @Singleton
    AnswerMemory answerMemory(ObjectWriter writer, StoreStates states, TidegateConfig config) {
        Duration kept = config.limits().answersKept();
        if (kept.compareTo(AnswerMemory.SHORTEST) < 0) {
            throw new StartRefused("tidegate.limits.answers-kept: clients rely on at least "
                    + AnswerMemory.SHORTEST.toHours() + " hours; it is " + kept.toHours() + ".");
        }
        return new AnswerMemory(writer, states, kept);
    }

    void start(@Observes GatewayDatabaseReady ready, AnswerMemory memory, Clockwork clockwork) {
        clockwork.every(FORGET_MILLIS, () -> memory.forgetSome().subscribe().with(_ -> {}, _ -> {}));
    }
}
