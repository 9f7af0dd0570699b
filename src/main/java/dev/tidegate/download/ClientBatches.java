package dev.tidegate.download;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the gateway's own database knows of a client's batches: their ids and stores, which the stores themselves do not.
 * A batch is accepted before it is applied, so whoever asks after a snapshot of a store was taken learns of every batch that
 * the snapshot holds, unless this database was restored since.
 *
 * <p>Fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not answer in time.
 */
public interface ClientBatches {
    /** Of a client's batches that are not covered so many are told. */
    int MOST = 10_000;

    Uni<Known> known(ClientKey client, Question question);

    /**
     * What a receipt needs to know.
     *
     * @param since the receipt before
     * @param lanes where the lanes stand in the stores that could be asked
     * @param places operations whose batches are to be named
     */
    record Question(ReceiptMark since, Map<StoreName, Long> lanes, NavigableSet<OperationPlace> places) {
        public Question {
            lanes = Map.copyOf(lanes);
            places = new TreeSet<>(places);
        }
    }

    /** A batch that was accepted, and the stores that have a part of it. */
    record Accepted(long position, BatchId id, Set<StoreName> stores) {
        public Accepted {
            stores = Set.copyOf(stores);
        }
    }

    /**
     * The answer. Positions of which it has nothing were settled so long ago that they are forgotten.
     *
     * @param last up to where batches are told
     * @param batches in order, all from the first on that is not settled in all its stores as the question has them, perhaps
     *     some before it; empty: all are settled
     * @param names of the batches of the places, and of what is parked elsewhere
     * @param errors of operations of those batches that are kept
     * @param parkedElsewhere operations that are parked, as far as is known, in stores that could not be asked
     */
    record Known(
            long last,
            List<Accepted> batches,
            Map<Long, BatchId> names,
            Map<OperationPlace, ErrorId> errors,
            NavigableSet<OperationPlace> parkedElsewhere) {
        public Known {
            batches = List.copyOf(batches);
            names = Map.copyOf(names);
            errors = Map.copyOf(errors);
            parkedElsewhere = new TreeSet<>(parkedElsewhere);
        }
    }
}
