package dev.tidegate.fuzz;

import dev.tidegate.read.CursorFuzz;

/** Cursors of pages, as {@link CursorFuzz} checks them. */
public final class CursorTarget {
    private CursorTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        CursorFuzz.check(input);
    }
}
