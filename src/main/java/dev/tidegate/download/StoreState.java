package dev.tidegate.download;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far a client is with one data store. What it holds is at least as new as {@code seen}: a question for what changed behind that
 * misses nothing.
 */
sealed interface StoreState {

    /** Where the newest moment was that the client knows of. */
    HistoryPlace place();

    /** The sets that the client holds: a digest of each one's name to what it meant. */
    Map<Integer, Long> held();

    Snapshot seen();

    /** The same of a client that holds no others than these sets, as digests of their names. */
    StoreState holding(Set<Integer> sets);

    /** The moment by which conditions that read the clock were judged. */
    Instant at();

    /** As new as the last receipt that the client was given of this store; none before the first. */
    Optional<Snapshot> told();

    /** The client holds what there was at one moment. */
    record At(HistoryPlace place, Map<Integer, Long> held, Snapshot seen, Instant at, Optional<Snapshot> told)
            implements StoreState {
        public At {
            held = Map.copyOf(held);
        }

        @Override
        public At holding(Set<Integer> sets) {
            return new At(place, only(held, sets), seen, at, told);
        }

        /** With a receipt of this very moment. */
        At withReceipt() {
            return new At(place, held, seen, at, Optional.of(seen));
        }
    }

    /**
     * The client is being brought from {@code seen} to {@code target}, set after set. When all is done, it holds at least what there was
     * then.
     *
     * @param filled digests of the names of the sets that are sent whole
     * @param fresh whether the client drops by itself what is not put
     * @param set a digest of the name of the set at which to go on
     * @param last the id behind which, if not at its beginning
     */
    record UnderWay(
            HistoryPlace place,
            Map<Integer, Long> held,
            Snapshot seen,
            Instant at,
            Optional<Snapshot> told,
            Snapshot target,
            Instant targetAt,
            Set<Integer> filled,
            boolean fresh,
            int set,
            Optional<String> last)
            implements StoreState {
        public UnderWay {
            held = Map.copyOf(held);
            filled = Set.copyOf(filled);
        }

        @Override
        public UnderWay holding(Set<Integer> sets) {
            return new UnderWay(place, only(held, sets), seen, at, told, target, targetAt, filled, fresh, set, last);
        }

        UnderWay movedTo(int set, Optional<String> last) {
            return new UnderWay(place, held, seen, at, told, target, targetAt, filled, fresh, set, last);
        }

        At reached() {
            return new At(place, held, target, targetAt, told);
        }
    }

    private static Map<Integer, Long> only(Map<Integer, Long> held, Set<Integer> sets) {
        Map<Integer, Long> some = new HashMap<>(held);
        some.keySet().retainAll(sets);
        return some;
    }
}
