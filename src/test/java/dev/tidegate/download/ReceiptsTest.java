package dev.tidegate.download;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final StoreName BILLING = new StoreName("billing");
    private static final ClientId CLIENT = new ClientId(UUID.randomUUID());
    private static final Problem STALE = Problem.of(ProblemCode.STALE, "It was changed.");

    private final List<ClientBatches.Accepted> accepted = new ArrayList<>();
    private final Map<OperationPlace, ErrorId> errors = new HashMap<>();
    private final Map<StoreName, LaneState> lanes = new HashMap<>();
    private NavigableSet<OperationPlace> parkedElsewhere = new TreeSet<>();
    private long last;

    private void batch(long position, StoreName... stores) {
        accepted.add(new ClientBatches.Accepted(position, id(position), Set.of(stores)));
        last = position;
    }

    private void lane(StoreName store, long position, LaneState.Settled... settled) {
        lanes.put(store, new LaneState(position, List.of(settled), new TreeSet<>()));
    }

    private void lane(StoreName store, long position, OperationPlace parked, LaneState.Settled... settled) {
        lanes.put(store, new LaneState(position, List.of(settled), new TreeSet<>(Set.of(parked))));
    }

    private Receipts.Issued issue(ReceiptMark since) {
        Map<Long, BatchId> names = new HashMap<>();
        accepted.forEach(batch -> names.put(batch.position(), batch.id()));
        return Receipts.issue(
                CLIENT, since, lanes, new ClientBatches.Known(last, accepted, names, errors, parkedElsewhere));
    }

    private Receipt receipt(ReceiptMark since) {
        return issue(since).receipt();
    }

    private static BatchId id(long position) {
        return new BatchId(new UUID(0, position));
    }

    private static LaneState.Settled ended(long position, int index, Outcome outcome, boolean news) {
        return new LaneState.Settled(
                new OperationPlace(position, index),
                outcome,
                "Shop.Order",
                Optional.of("a1"),
                Optional.of("7"),
                outcome == Outcome.APPLIED ? Optional.empty() : Optional.of(STALE),
                news);
    }

    private static Receipt.Outcome told(long position, int index, Outcome outcome, Optional<ErrorId> error) {
        return new Receipt.Outcome(
                id(position),
                index,
                "Shop.Order",
                Optional.of("a1"),
                outcome,
                Optional.of("7"),
                Optional.of(STALE),
                error);
    }

    private static ReceiptMark mark(long position, Long... settled) {
        return new ReceiptMark(position, Arrays.asList(settled));
    }

    @Nested
    class Position {
        @Test
        void a_client_that_has_sent_nothing_has_an_empty_receipt() {
            assertThat(issue(ReceiptMark.NONE))
                    .isEqualTo(new Receipts.Issued(
                            new Receipt(CLIENT, 0, List.of(), List.of(), List.of()), ReceiptMark.NONE));
        }

        @Test
        void it_is_the_last_batch_when_all_are_settled() {
            batch(1, FIELD);
            batch(2, FIELD, BILLING);
            lane(FIELD, 2);
            lane(BILLING, 2);

            assertThat(issue(ReceiptMark.NONE).mark()).isEqualTo(mark(2));
        }

        @Test
        void it_is_the_last_accepted_one_when_nothing_is_told_of_any() {
            last = 17;
            lane(FIELD, 12);

            assertThat(issue(ReceiptMark.NONE).mark()).isEqualTo(mark(17));
        }

        @Test
        void it_stops_before_the_first_batch_that_a_store_has_not_settled() {
            batch(1, FIELD);
            batch(2, FIELD);
            batch(3, FIELD);
            lane(FIELD, 1);

            assertThat(issue(ReceiptMark.NONE).mark()).isEqualTo(mark(1));
        }

        @Test
        void a_batch_is_settled_when_it_is_in_all_its_stores() {
            batch(1, FIELD, BILLING);
            lane(FIELD, 1);
            lane(BILLING, 0);

            assertThat(issue(ReceiptMark.NONE).mark()).isEqualTo(mark(0));
        }

        @Test
        void stores_run_apart_and_what_is_settled_beyond_is_listed_each_time() {
            batch(1, FIELD);
            batch(2, BILLING);
            batch(3, FIELD);
            batch(4, FIELD, BILLING);
            batch(5, FIELD);
            lane(FIELD, 5);
            lane(BILLING, 0);

            Receipts.Issued issued = issue(ReceiptMark.NONE);

            assertThat(issued.receipt().position()).isEqualTo(1);
            assertThat(issued.receipt().settled()).containsExactly(id(3), id(5));
            assertThat(issued.mark()).isEqualTo(mark(1, 3L, 5L));
            assertThat(issue(issued.mark())).isEqualTo(issued);
        }

        @Test
        void what_lay_beyond_is_covered_by_the_position_once_the_gap_is_closed() {
            batch(2, BILLING);
            batch(3, FIELD);
            lane(FIELD, 3);
            lane(BILLING, 2);

            assertThat(issue(mark(1, 3L)))
                    .isEqualTo(new Receipts.Issued(new Receipt(CLIENT, 3, List.of(), List.of(), List.of()), mark(3)));
        }

        @Test
        void positions_that_are_forgotten_were_settled() {
            batch(4, FIELD);
            batch(9, FIELD);
            lane(FIELD, 8);

            assertThat(issue(ReceiptMark.NONE).mark()).isEqualTo(mark(8));
        }
    }

    @Nested
    class StoresThatCannotBeAsked {
        @Test
        void a_batch_with_a_part_there_stays_unsettled_and_the_others_go_on() {
            batch(1, FIELD);
            batch(2, FIELD, BILLING);
            batch(3, FIELD);
            lane(FIELD, 3);

            Receipts.Issued issued = issue(ReceiptMark.NONE);

            assertThat(issued.mark()).isEqualTo(mark(1, 3L));
            assertThat(issued.receipt().settled()).containsExactly(id(3));
        }

        @Test
        void what_an_earlier_receipt_covered_stays_covered() {
            batch(1, FIELD);
            batch(2, BILLING);
            batch(3, FIELD);
            lane(BILLING, 0);

            assertThat(issue(mark(1, 3L)).mark()).isEqualTo(mark(1, 3L));
        }

        @Test
        void what_is_parked_there_stays_pending_as_far_as_the_queue_knows() {
            batch(1, BILLING);
            batch(2, FIELD);
            lane(FIELD, 2, new OperationPlace(2, 0));
            parkedElsewhere = new TreeSet<>(Set.of(new OperationPlace(1, 3)));

            assertThat(receipt(mark(1)).pending())
                    .containsExactly(new Receipt.Pending(id(1), 3), new Receipt.Pending(id(2), 0));
        }
    }

    @Nested
    class Outcomes {
        @Test
        void all_but_applied_is_told_in_the_order_of_the_batches_whichever_store_it_is_from() {
            batch(1, FIELD, BILLING);
            batch(2, FIELD);
            lane(FIELD, 2, ended(1, 2, Outcome.REJECTED, true), ended(2, 0, Outcome.MERGED, true));
            lane(BILLING, 1, ended(1, 0, Outcome.APPLIED, true), ended(1, 1, Outcome.CONFLICT, true));
            ErrorId error = new ErrorId(UUID.randomUUID());
            errors.put(new OperationPlace(1, 2), error);

            assertThat(receipt(ReceiptMark.NONE).outcomes())
                    .containsExactly(
                            told(1, 1, Outcome.CONFLICT, Optional.empty()),
                            told(1, 2, Outcome.REJECTED, Optional.of(error)),
                            told(2, 0, Outcome.MERGED, Optional.empty()));
        }

        @Test
        void what_the_receipt_before_has_told_is_not_told_again() {
            batch(2, FIELD, BILLING);
            lane(FIELD, 2, ended(2, 0, Outcome.REJECTED, false));
            lane(BILLING, 2, ended(2, 1, Outcome.CONFLICT, true));

            assertThat(receipt(mark(1)).outcomes()).containsExactly(told(2, 1, Outcome.CONFLICT, Optional.empty()));
        }

        @Test
        void of_a_batch_that_was_covered_before_corrections_are_told() {
            batch(1, FIELD);
            lane(FIELD, 1, ended(1, 0, Outcome.REJECTED, true));

            assertThat(receipt(mark(1)).outcomes()).containsExactly(told(1, 0, Outcome.REJECTED, Optional.empty()));
        }

        @Test
        void what_is_parked_is_an_outcome_and_pending_until_it_is_applied() {
            batch(1, FIELD);
            lane(FIELD, 1, new OperationPlace(1, 0), ended(1, 0, Outcome.PARKED, true));
            Receipts.Issued first = issue(ReceiptMark.NONE);
            lane(FIELD, 1, ended(1, 0, Outcome.APPLIED, true));
            Receipts.Issued second = issue(first.mark());

            assertThat(first.receipt())
                    .isEqualTo(new Receipt(
                            CLIENT,
                            1,
                            List.of(),
                            List.of(told(1, 0, Outcome.PARKED, Optional.empty())),
                            List.of(new Receipt.Pending(id(1), 0))));
            assertThat(second.receipt()).isEqualTo(new Receipt(CLIENT, 1, List.of(), List.of(), List.of()));
        }

        @Test
        void a_discarded_batch_is_settled_though_nothing_of_it_was_applied() {
            batch(1, FIELD);
            batch(2, FIELD);
            lane(FIELD, 2);

            assertThat(receipt(ReceiptMark.NONE)).isEqualTo(new Receipt(CLIENT, 2, List.of(), List.of(), List.of()));
        }
    }

    @Nested
    class AfterARestoreOfTheGatewaysDatabase {
        @Test
        void batches_that_only_the_store_remembers_are_not_told() {
            batch(1, FIELD);
            lane(FIELD, 3, new OperationPlace(2, 0), ended(3, 0, Outcome.REJECTED, true));

            assertThat(issue(ReceiptMark.NONE))
                    .isEqualTo(new Receipts.Issued(new Receipt(CLIENT, 1, List.of(), List.of(), List.of()), mark(1)));
        }

        @Test
        void a_receipt_never_takes_back_what_the_one_before_it_said() {
            batch(1, FIELD);
            lane(FIELD, 3);

            assertThat(issue(mark(3)).mark()).isEqualTo(mark(3));
        }
    }

    @Nested
    class Questions {
        @Test
        void what_has_to_be_named_is_asked_for() {
            lane(
                    FIELD,
                    4,
                    new OperationPlace(1, 1),
                    ended(2, 0, Outcome.REJECTED, true),
                    ended(3, 0, Outcome.APPLIED, true));
            lane(BILLING, 2, ended(2, 1, Outcome.CONFLICT, false));

            assertThat(Receipts.question(mark(1), lanes))
                    .isEqualTo(new ClientBatches.Question(
                            mark(1),
                            Map.of(FIELD, 4L, BILLING, 2L),
                            new TreeSet<>(Set.of(new OperationPlace(1, 1), new OperationPlace(2, 0)))));
        }
    }
}
