package dev.tidegate.upload;

/** What the queue says to a submission. */
public sealed interface Acceptance {
    /** It is durable now. */
    record Accepted(long position) implements Acceptance {}

    /** The same batch with equal content was durable already. */
    record Duplicate(long position) implements Acceptance {}

    /** Another batch of this caller has that id. */
    record IdReused() implements Acceptance {}

    /** {@code after} names no accepted batch of this client. */
    record UnknownPredecessor() implements Acceptance {}

    /** As much of this client is waiting as may wait; nothing was queued. */
    record ClientFull() implements Acceptance {}

    /** As much is waiting in all as may wait; nothing was queued. */
    record QueueFull() implements Acceptance {}

    /** The queue's database does not take what it holds, now or later. */
    record NotKeepable() implements Acceptance {}

    /** The queue did not answer for this one, so whether it is durable is not known. */
    record Unanswered() implements Acceptance {}
}
