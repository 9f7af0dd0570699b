package dev.tidegate.store;

/**
 * How many live calls a store may have under way: {@code calls} in all, those that wait for a connection included, so that one
 * store's trouble is bounded; {@code streams} of them long ones, which hold a connection each, so that short ones find some.
 */
public record CallLimits(int calls, int streams) {
    public CallLimits {
        if (calls < 1 || streams < 1 || streams > calls) {
            throw new IllegalArgumentException(
                    "max-calls and max-streams of a pool are at least 1, and streams are calls too: " + calls
                            + " calls, " + streams + " streams");
        }
    }
}
