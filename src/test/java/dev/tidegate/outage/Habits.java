package dev.tidegate.outage;

import java.time.Duration;

/**
 * How a client works: how many operations its batches have and how long it rests between them. With {@code others} it also
 * refers to objects that another client has promised to create, or that nobody ever will.
 */
record Habits(int leastOperations, int mostOperations, Duration longestRest, boolean others) {
    static final Habits ALONE = new Habits(1, 8, Duration.ofMillis(100), false);
    static final Habits IN_A_STORM = new Habits(20, 50, Duration.ofMillis(40), true);
}
