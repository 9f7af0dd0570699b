package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The end of a worker that takes no more work: what is under way may end by itself, and what is leased goes back. */
final class WorkerEnd {
    private static final Duration LOOK = Duration.ofMillis(20);

    private WorkerEnd() {}

    /** Gives back the leases when the worker is idle, or after {@code most}. Never fails. */
    static Uni<Void> of(BooleanSupplier idle, Duration most, Supplier<Uni<Void>> release) {
        return Uni.createFrom()
                .item(idle::getAsBoolean)
                .onItem()
                .delayIt()
                .by(LOOK)
                .repeat()
                .until(now -> now)
                .collect()
                .last()
                .replaceWithVoid()
                .ifNoItem()
                .after(most)
                .fail()
                .onFailure()
                .recoverWithNull()
                .flatMap(_ -> release.get())
                .onFailure()
                .recoverWithNull();
    }
}
