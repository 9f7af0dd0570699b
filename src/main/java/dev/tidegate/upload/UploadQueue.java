package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The durable queue of batches, and their settlement, in the gateway's own database. It is at-least-once: what makes the
 * application exactly-once is the claim in the data store (store-protocol 1).
 *
 * <p>Every method fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface UploadQueue {

    /** A submission in the form in which the queue keeps it. */
    interface Entry {
        Submission submission();

        /** What it takes in the queue. */
        long bytes();
    }

    /** Brings a submission into form. With a large one that takes time, so it is not for an event loop then. */
    Entry entry(Submission submission);

    /**
     * Makes a group durable by one commit and gives each batch its place in its client's lane; completes after the commit,
     * never before. Submissions of one client are taken in the order of the group. Each gets a verdict of its own, in the
     * order of the group: what is wrong with one does not fail the others. {@code room} is what the queue may take in.
     */
    Uni<List<Acceptance>> accept(List<? extends Entry> group, QueueRoom room);

    /**
     * Leases up to {@code most} lanes that have something to do in one of {@code stores} and gives the first part of
     * each. Lanes are locked, never batches (store-protocol 3), and a leased lane is not given again before {@code lease}
     * is over: that saves work, and nothing relies on it.
     */
    Uni<List<Part>> lease(UUID worker, Set<StoreName> stores, int most, Duration lease);

    /**
     * Prolongs the worker's leases of the lanes of {@code parts}, and no others: a lease that the worker has given up, or
     * never heard of, has to run out.
     */
    Uni<Void> renew(UUID worker, Collection<Part> parts, Duration lease);

    /** Keeps how parts of different lanes ended, all or none, and frees their lanes. Harmless when that was done before. */
    Uni<Void> settle(Collection<Settled> ended);

    /** Frees the lane of a part that could not be applied now, not to be given before {@code pause} is over. */
    Uni<Void> postpone(Part part, Duration pause, boolean ownFault);

    /**
     * Has those parts of a lane wait again that the store has lost: of which it had told the queue that they
     * are settled, but which are beyond {@code stands}, where the store's lane is found to stand. New positions will be beyond
     * that, if it was the queue that has lost something. Answers how many parts wait again; parked operations of these may
     * go on waiting for {@code patience} at the least.
     */
    Uni<Integer> takeBack(StoreName store, LaneId lane, long stands, Duration patience);

    /** The lanes that have something settled in a store, a page of them, in order, after {@code after}. */
    Uni<List<SettledLane>> settledLanes(StoreName store, Optional<LaneId> after, int most);

    /** A lane as the queue names it, and up to where it is settled in a store. */
    record SettledLane(LaneId lane, long position) {}

    /** Lets lanes of a store that was down be given at once. */
    Uni<Void> resume(StoreName store);

    /** Gives back all lanes that the worker holds, at its end. */
    Uni<Void> release(UUID worker);

    /** What the queue says when it does not answer in time: whatever was sent, sending it again does no harm. */
    static Refusal unavailable() {
        return new Refusal(Problem.retryable(
                ProblemCode.QUEUE_UNAVAILABLE,
                "The gateway cannot reach its queue just now, so nothing is promised. Send the same again.",
                Duration.ofSeconds(2)));
    }
}
