package dev.tidegate.upload;

/**
 * How much the queue may take in just now: nothing new at all ({@code full}), or so much that no client has more waiting than
 * these batches and bytes, counted from its oldest batch that is not settled. What was accepted before is always told so.
 */
public record QueueRoom(boolean full, long clientBatches, long clientBytes) {}
