package dev.tidegate.store;

import java.time.Duration;

/**
 * How many live calls a store may have: {@code calls} at a time, as many as there are connections for them, so that nobody
 * waits where no limit is; {@code waiting} behind them, each for {@code patience} at most; of those under way {@code streams}
 * long ones, so that short ones find room.
 */
public record CallLimits(int calls, int waiting, Duration patience, int streams) {
    public CallLimits {
        if (calls < 1 || waiting < 0 || streams < 1 || streams > calls || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "max-size and max-streams are at least 1, max-waiting 0, and streams are calls" + " too: max-size "
                            + calls + ", max-waiting " + waiting + ", max-streams " + streams);
        }
    }
}
