package dev.tidegate.upload;

/** A store could not do its work for a reason that passes: unreachable, too slow, a deadlock. The same is tried again. */
public final class StoreNotReady extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreNotReady(String reason, Throwable cause) {
        super(reason, cause);
    }
}
