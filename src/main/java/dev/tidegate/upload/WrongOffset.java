package dev.tidegate.upload;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;

/** A part of a file was sent that does not begin where the file goes on. Carries that place out to the client. */
public final class WrongOffset extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    WrongOffset(long offset) {
        super("the file goes on at " + offset, null, false, false);
        this.offset = offset;
    }

    /** How many bytes there are. */
    public long offset() {
        return offset;
    }

    public Problem problem() {
        return Problem.of(
                ProblemCode.OFFSET_MISMATCH,
                "The gateway has " + offset
                        + " bytes of this file, so that is where the next part has to begin. Send it " + "from there.");
    }
}
