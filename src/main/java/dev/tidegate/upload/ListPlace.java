package dev.tidegate.upload;

import dev.tidegate.model.ErrorId;

/** Where a page of operations that could not be applied begins. */
public sealed interface ListPlace {

    /** Behind the place that a {@link DeadLetter} had, whether it is still there or not. */
    record Behind(long place) implements ListPlace {}

    /** Behind this error of the caller, or at the beginning when it is gone: so a client learns nothing about others. */
    record BehindError(ErrorId error, String caller) implements ListPlace {}

    static ListPlace beginning() {
        return new Behind(0);
    }
}
