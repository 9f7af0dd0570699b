package dev.tidegate.read;

/** What a client names one write by, so that it can be sent again: 1 to 255 visible characters of ASCII. */
public record IdempotencyKey(String value) {
    /** In characters. */
    public static final int LONGEST = 255;

    public IdempotencyKey {
        if (value.isEmpty() || value.length() > LONGEST || value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("not an idempotency key");
        }
    }
}
