package dev.tidegate.store;

import java.time.Duration;

/** When a circuit opens: of the last {@code window} calls {@code failureRatio} have failed. One call tries after {@code openFor}. */
public record CircuitRules(int window, double failureRatio, Duration openFor) {
    public CircuitRules {
        if (window < 1 || failureRatio <= 0 || failureRatio > 1 || openFor.isNegative() || openFor.isZero()) {
            throw new IllegalArgumentException(
                    "a circuit looks at 1 call or more, opens at a ratio above 0 and up to 1, and is"
                            + " open for some time: window " + window + ", failure-ratio " + failureRatio
                            + ", open-for "
                            + openFor);
        }
    }
}
