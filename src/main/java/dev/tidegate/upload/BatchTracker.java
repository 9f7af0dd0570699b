package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks batches up, and waits for their settlement: on a signal of this process, and slowly looking again for what another
 * replica settles.
 */
public final class BatchTracker {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final UploadRecords records;
    private final SettleSignals signals = new SettleSignals();
    private final Clock clock;
    private volatile boolean ending;

    public BatchTracker(UploadRecords records, Clock clock) {
        this.records = records;
        this.clock = clock;
    }

    /** The batch as it is once settled, or as it is when {@code wait} is over; empty when there is none. */
    public Uni<Optional<BatchStatus>> status(BatchKey key, Duration wait) {
        return until(key, clock.instant().plus(wait));
    }

    /** To be called after the settlement is durable. */
    void settled(BatchKey key) {
        signals.settled(key);
    }

    /** Nobody waits any more: whoever asks is told how it is now. */
    public void end() {
        ending = true;
        signals.toAll();
    }

    private Uni<Optional<BatchStatus>> until(BatchKey key, Instant end) {
        SettleSignals.Waiting waiting = signals.expect(key);
        return records.batch(key)
                .onFailure()
                .invoke(waiting::leave)
                .onCancellation()
                .invoke(waiting::leave)
                .flatMap(found -> enough(found, end) ? leave(waiting, found) : again(waiting, key, end));
    }

    private boolean enough(Optional<BatchStatus> found, Instant end) {
        return found.isEmpty()
                || found.get().state().isSettled()
                || ending
                || !clock.instant().isBefore(end);
    }

    private static Uni<Optional<BatchStatus>> leave(SettleSignals.Waiting waiting, Optional<BatchStatus> found) {
        waiting.leave();
        return Uni.createFrom().item(found);
    }

    private Uni<Optional<BatchStatus>> again(SettleSignals.Waiting waiting, BatchKey key, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        Duration pause = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
        return waiting.within(pause.isPositive() ? pause : Duration.ofMillis(1)).flatMap(_ -> until(key, end));
    }
}
