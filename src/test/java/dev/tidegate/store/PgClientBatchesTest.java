package dev.tidegate.store;

import static dev.tidegate.upload.Submissions.ARCHIVE;
import static dev.tidegate.upload.Submissions.FIELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.download.ClientBatches;
import dev.tidegate.download.OperationPlace;
import dev.tidegate.download.ReceiptMark;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.Part;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Settled;
import dev.tidegate.upload.Settlement;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submissions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgClientBatchesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static Vertx vertx;
    private TestDatabase database;
    private Pool pool;
    private final Submissions ada = Submissions.of("ada");

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void connect() {
        database = QueueDatabase.create();
        pool = PgUploadQueueTest.pool(vertx, database, 4);
        accept(Submissions.of("bob").batch("of another caller", "with more"));
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        database.close();
    }

    private static <T> T now(Uni<T> work) {
        return work.await().atMost(DEADLINE);
    }

    private BatchId accept(Submission submission) {
        PgUploadQueue queue = new PgUploadQueue(pool, DEADLINE);
        now(queue.accept(List.of(queue.entry(submission)), new QueueRoom(false, 1_000, 1_000_000)));
        return submission.batch().id();
    }

    private BatchId batch(StoreName... stores) {
        return accept(ada.of(ada.text(Optional.empty(), "a", "b"), stores));
    }

    private void settle(StoreName store, OperationOutcome... outcomes) {
        PgUploadQueue queue = new PgUploadQueue(pool, DEADLINE);
        Part part = now(queue.lease(UUID.randomUUID(), Set.of(store), 10, Duration.ofMinutes(1))).stream()
                .filter(one -> one.key().caller().equals("ada"))
                .findFirst()
                .orElseThrow();
        now(queue.settle(List.of(new Settled(part, new Settlement(List.of(outcomes), false, Duration.ofMinutes(1))))));
        database.run("UPDATE tidegate_queue.lane SET leased_by = NULL, leased_until = '-infinity'");
    }

    private ClientBatches.Known known(ReceiptMark since, Map<StoreName, Long> lanes, OperationPlace... places) {
        return now(new PgClientBatches(pool, DEADLINE)
                .known(ada.client(), new ClientBatches.Question(since, lanes, new TreeSet<>(List.of(places)))));
    }

    private static ClientBatches.Accepted accepted(long position, BatchId id, StoreName... stores) {
        return new ClientBatches.Accepted(position, id, Set.of(stores));
    }

    private static Stream<Long> positions(ClientBatches.Known known) {
        return known.batches().stream().map(ClientBatches.Accepted::position);
    }

    @Test
    void of_a_client_that_has_sent_nothing_nothing_is_known() {
        assertThat(known(ReceiptMark.NONE, Map.of(FIELD, 0L)))
                .isEqualTo(new ClientBatches.Known(0, List.of(), Map.of(), Map.of(), new TreeSet<>()));
    }

    @Test
    void batches_are_told_from_the_first_on_that_a_lane_has_not_reached() {
        batch(FIELD);
        BatchId second = batch(FIELD, ARCHIVE);
        BatchId third = batch(FIELD);

        ClientBatches.Known known = known(ReceiptMark.NONE, Map.of(FIELD, 3L, ARCHIVE, 0L));

        assertThat(known.last()).isEqualTo(3);
        assertThat(known.batches()).containsExactly(accepted(2, second, FIELD, ARCHIVE), accepted(3, third, FIELD));
    }

    @Test
    void where_every_lane_has_reached_its_end_only_the_last_position_is_told() {
        batch(ARCHIVE);
        batch(FIELD);

        ClientBatches.Known known = known(ReceiptMark.NONE, Map.of(FIELD, 2L, ARCHIVE, 1L));

        assertThat(known.last()).isEqualTo(2);
        assertThat(known.batches()).isEmpty();
    }

    @Test
    void a_store_that_could_not_be_asked_has_reached_what_the_receipt_before_covered() {
        batch(ARCHIVE);
        batch(FIELD);
        batch(ARCHIVE);
        batch(FIELD);
        batch(ARCHIVE);

        assertThat(positions(known(ReceiptMark.NONE, Map.of(FIELD, 4L)))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(positions(known(new ReceiptMark(2, List.of(3L)), Map.of(FIELD, 4L))))
                .containsExactly(5L);
    }

    @Test
    void what_the_receipt_before_covered_is_told_beyond_the_first_that_is_not_settled() {
        batch(FIELD);
        batch(ARCHIVE);

        assertThat(positions(known(new ReceiptMark(0, List.of(2L)), Map.of(FIELD, 0L, ARCHIVE, 2L))))
                .containsExactly(1L, 2L);
    }

    @Test
    void places_get_the_names_of_their_batches_and_of_the_errors_that_are_kept() {
        BatchId first = batch(FIELD);
        BatchId second = batch(FIELD);
        settle(FIELD, Submissions.rejected(1));
        settle(FIELD);
        ErrorId error = new ErrorId(
                UUID.fromString(Objects.requireNonNull(database.value("SELECT error_id FROM tidegate_queue.error"))));

        ClientBatches.Known known = known(
                ReceiptMark.NONE,
                Map.of(FIELD, 2L),
                new OperationPlace(1, 1),
                new OperationPlace(2, 0),
                new OperationPlace(7, 0));

        assertThat(known.names()).isEqualTo(Map.of(1L, first, 2L, second));
        assertThat(known.errors()).isEqualTo(Map.of(new OperationPlace(1, 1), error));
    }

    @Test
    void what_is_parked_in_a_store_that_could_not_be_asked_is_told_by_the_queue() {
        BatchId first = batch(ARCHIVE);
        batch(FIELD);
        settle(ARCHIVE, parked(0), parked(1));
        settle(FIELD, parked(0));

        ClientBatches.Known known = known(ReceiptMark.NONE, Map.of(FIELD, 2L));

        assertThat(known.parkedElsewhere()).containsExactly(new OperationPlace(1, 0), new OperationPlace(1, 1));
        assertThat(known.names()).isEqualTo(Map.of(1L, first));
        assertThat(known(ReceiptMark.NONE, Map.of(FIELD, 2L, ARCHIVE, 1L)).parkedElsewhere())
                .isEmpty();
    }

    private static OperationOutcome parked(int index) {
        return OperationOutcome.parked(index, Problem.of(ProblemCode.PARKED, "It waits."));
    }

    @Test
    void a_database_that_cannot_be_reached_is_a_queue_that_is_unavailable() {
        database.close();

        assertThatThrownBy(() -> known(ReceiptMark.NONE, Map.of()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.QUEUE_UNAVAILABLE));
    }
}
