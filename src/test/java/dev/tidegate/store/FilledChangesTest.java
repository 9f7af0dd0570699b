package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.REJECTED;
import static dev.tidegate.store.WriterChanges.CUSTOMER;
import static dev.tidegate.store.WriterChanges.MODEL;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.creation;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.UploadedFile;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.FileId;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.StoreNotReady;
import dev.tidegate.upload.UploadQueue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes that refer to uploaded files, as they are written to a store. */
class FilledChangesTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase store = WriterStore.create();
    private final Pool pool = PgUploadQueueTest.pool(vertx, store, 4);
    private final LaneId lane = new LaneId(UUID.randomUUID());
    private final Map<FileKey, byte[]> files = new HashMap<>();
    private final List<String> loaded = new ArrayList<>();
    private boolean away;
    private final PgChangeWriter writer = new PgChangeWriter(
            MODEL,
            (_, _, _, _) -> Optional.empty(),
            _ -> pool,
            new PreparedStores(MODEL, _ -> pool),
            Clock.systemUTC(),
            this::load);

    @AfterEach
    void close() {
        pool.closeAndAwait();
        store.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Uni<Optional<byte[]>> load(FileKey key) {
        if (away) {
            return Uni.createFrom().failure(UploadQueue.unavailable());
        }
        loaded.add(
                String.valueOf(store.value("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                        + " AND datname = current_database()")));
        return Uni.createFrom().item(Optional.ofNullable(files.get(key)));
    }

    private UploadedFile file(byte... bytes) {
        UploadedFile file = new UploadedFile(UUID.randomUUID());
        files.put(new FileKey("ada", new FileId(file.id())), bytes);
        return file;
    }

    private Step.Write customer(UUID id, Object photo) {
        return creation(CUSTOMER, id, set(CUSTOMER, "Name", "A"), set(CUSTOMER, "Photo", photo));
    }

    private List<OperationOutcome> apply(PartWork part) {
        PartResult result = writer.apply(List.of(part))
                .await()
                .atMost(Duration.ofSeconds(30))
                .getFirst();
        return ((PartResult.Applied) result).outcomes();
    }

    private static List<Observation.Outcome> kinds(List<OperationOutcome> outcomes) {
        return outcomes.stream().map(OperationOutcome::outcome).toList();
    }

    private List<?> photos() {
        return store.column("SELECT encode(photo, 'hex') FROM customer ORDER BY photo");
    }

    @Test
    void have_their_bytes_written_within_the_transaction_and_once() {
        UUID id = UUID.randomUUID();
        PartWork part = partOf(
                lane,
                0,
                1,
                false,
                customer(id, file((byte) 1, (byte) 0xFF)),
                update(CUSTOMER, id, null, set(CUSTOMER, "Photo", file((byte) 2))));

        assertThat(kinds(apply(part))).containsExactly(APPLIED, APPLIED);
        assertThat(kinds(apply(part))).containsExactly(APPLIED, APPLIED);

        assertThat(photos()).isEqualTo(List.of("02"));
        assertThat(loaded).containsExactly("1", "1");
    }

    @Test
    void that_refer_to_what_is_not_there_or_is_anothers_are_rejected_and_the_others_written() {
        UploadedFile missing = new UploadedFile(UUID.randomUUID());
        UploadedFile others = new UploadedFile(UUID.randomUUID());
        files.put(new FileKey("bob", new FileId(others.id())), new byte[] {3});

        List<OperationOutcome> outcomes = apply(partOf(
                lane,
                0,
                1,
                false,
                customer(UUID.randomUUID(), missing),
                customer(UUID.randomUUID(), file((byte) 4)),
                customer(UUID.randomUUID(), others),
                customer(UUID.randomUUID(), new byte[] {5})));

        assertThat(kinds(outcomes)).containsExactly(REJECTED, APPLIED, REJECTED, APPLIED);
        assertThat(outcomes.getFirst().problem().orElseThrow().violations())
                .containsExactly(Violation.at(
                        "/operations/0/attributes/Photo",
                        ProblemCode.NO_SUCH_FILE,
                        "The file '" + missing.id()
                                + "' is not there any more. Upload it again, then retry this operation."));
        assertThat(photos()).isEqualTo(List.of("04", "05"));
    }

    @Test
    void of_an_atomic_part_are_not_written_when_a_file_of_it_is_not_there() {
        List<OperationOutcome> outcomes = apply(partOf(
                lane,
                0,
                1,
                true,
                customer(UUID.randomUUID(), file((byte) 4)),
                customer(UUID.randomUUID(), new UploadedFile(UUID.randomUUID()))));

        assertThat(outcomes)
                .extracting(outcome -> outcome.problem().orElseThrow().code())
                .containsExactly(ProblemCode.BATCH_FAILED, ProblemCode.NO_SUCH_FILE);
        assertThat(photos()).isEmpty();
    }

    @Test
    void wait_while_nobody_can_tell_also_at_the_last_attempt_and_nothing_is_written() {
        PartWork part = partOf(
                lane,
                0,
                1,
                false,
                creation(ORDER, UUID.randomUUID(), set(ORDER, "Title", "x")),
                customer(UUID.randomUUID(), file((byte) 4)));
        away = true;

        for (PartWork attempt : List.of(part, part.atLast())) {
            assertThatThrownBy(() -> apply(attempt))
                    .isInstanceOf(StoreNotReady.class)
                    .hasMessage("files-unavailable");
        }
        assertThat(store.value("SELECT count(*) FROM task")).isEqualTo("0");

        away = false;
        assertThat(kinds(apply(part))).containsExactly(APPLIED, APPLIED);
    }
}
