package dev.tidegate.upload;

/** Why the queue was unavailable, in words that quote nothing of what users sent; the cause of the refusal, which clients are not told. */
public final class QueueOutage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueueOutage(String reason) {
        super(reason, null, false, false);
    }
}
