package dev.tidegate.policy;

/**
 * How a change comes in: in an offline batch, as a live write, or again from the queue of batches, where its hashed strings
 * are hashed already, so that their length says nothing any more.
 */
public enum Route {
    BATCH,
    LIVE,
    QUEUE
}
