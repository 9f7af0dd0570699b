package dev.tidegate.upload;

import java.util.Map;
import java.util.Optional;

/** What entitles an attempt to write: the turn of a part in its lane, or keys of its own for what comes late (store-protocol 1). */
public sealed interface Claim {

    /**
     * The next part of the lane after {@code previous}. {@code patient}: what refers to objects that are not there is parked,
     * not refused. {@code stray}: where the store's lane was found to stand although {@code previous} is settled; if it still
     * stands there, it is put where the queue has it first.
     */
    record Turn(long previous, boolean patient, Optional<Long> stray) implements Claim {
        public Turn(long previous, boolean patient) {
            this(previous, patient, Optional.empty());
        }
    }

    /** Operations of a part whose turn is over, with how each of them is tried, by index. */
    record Late(Map<Integer, Attempt> attempts) implements Claim {
        public Late {
            attempts = Map.copyOf(attempts);
        }

        Optional<Attempt> attempt(int index) {
            return Optional.ofNullable(attempts.get(index));
        }
    }

    /**
     * {@code revision} tells the attempt from earlier ones of the same operation, also from its turn, which is 0.
     * {@code patient}: it may go on waiting for objects that are not there. {@code foremost}: nothing of its lane that
     * comes before it waits in the queue, so it does not wait for any of that.
     */
    record Attempt(int revision, boolean patient, boolean foremost) {}
}
