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
}
