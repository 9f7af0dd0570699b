package dev.tidegate.upload;

import java.util.Arrays;
import java.util.Optional;

/** How far a batch has come. It is settled when each of its parts has claimed its place in its store. */
public enum BatchState {
    QUEUED("queued"),
    APPLYING("applying"),
    APPLIED("applied"),
    APPLIED_WITH_ERRORS("applied-with-errors"),
    FAILED("failed"),
    DISCARDED("discarded");

    private final String key;

    BatchState(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    public boolean isSettled() {
        return this != QUEUED && this != APPLYING;
    }

    public static Optional<BatchState> of(String key) {
        return Arrays.stream(values()).filter(state -> state.key.equals(key)).findFirst();
    }
}
