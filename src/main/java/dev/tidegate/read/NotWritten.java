package dev.tidegate.read;

import dev.tidegate.problem.Refusal;

/**
 * Nothing of a write is left, and the same may work at once: the store ended it for the sake of others (a deadlock, a
 * serialization failure), or its connection was found dead. {@link #refusal} is what to say when it does not work.
 */
public final class NotWritten extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public NotWritten(Refusal refusal, Throwable cause) {
        super("nothing was written", cause);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
