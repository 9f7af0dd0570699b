package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Batches that are not settled, whoever looks. */
class BatchTrackerTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final BatchKey BATCH = new BatchKey("ada", new BatchId(UUID.randomUUID()));

    private final BatchTracker tracker = new BatchTracker(new Unsettled(), Clock.systemUTC());

    @Test
    void who_waits_when_the_gateway_begins_to_stop_is_told_how_it_is_now() throws Exception {
        CompletableFuture<Optional<BatchStatus>> waiting =
                tracker.status(BATCH, LONG).subscribeAsCompletionStage();
        assertThat(waiting).isNotDone();

        tracker.end();

        assertQueued(waiting);
    }

    @Test
    void who_comes_later_does_not_wait() throws Exception {
        tracker.end();

        assertQueued(tracker.status(BATCH, LONG).subscribeAsCompletionStage());
    }

    private static void assertQueued(CompletableFuture<Optional<BatchStatus>> answer) throws Exception {
        assertThat(answer.get(20, TimeUnit.SECONDS))
                .hasValueSatisfying(status -> assertThat(status.state()).isEqualTo(BatchState.QUEUED));
    }

    private static final class Unsettled implements UploadRecords {
        @Override
        public Uni<Optional<BatchStatus>> batch(BatchKey key) {
            return Uni.createFrom().item(Optional.of(BatchStatus.of(key.batch(), 1, BatchState.QUEUED, List.of())));
        }

        @Override
        public Uni<Optional<Digest>> digest(BatchKey key) {
            return Uni.createFrom().item(Optional.empty());
        }

        @Override
        public Uni<Optional<ClientState>> client(ClientKey client) {
            return Uni.createFrom().item(Optional.empty());
        }
    }
}
