package dev.tidegate.upload;

/** What came of retrying or discarding one operation. */
public enum DeskVerdict {
    DONE,
    /** There is no such error, or not any more. */
    GONE,
    /** A retry of it is under way. */
    RETRYING,
    /** Its batch has no part for the store that it is for. */
    ELSEWHERE,
    /** Its batch was not applied yet. */
    WAITING,
    /** It is of an atomic batch, another operation of which was discarded. */
    INCOMPLETE,
    /** Somebody else is working on it just now. */
    BUSY
}
