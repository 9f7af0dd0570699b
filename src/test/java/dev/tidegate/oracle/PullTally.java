package dev.tidegate.oracle;

import java.util.ArrayList;
import java.util.List;

/** What a run of downloads came to. A set discriminates when it has some of an entity's objects, not all. */
final class PullTally {
    private final long start = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    int stores;
    int rounds;
    long objects;
    int sets;
    int some;
    int pieces;
    int drops;
    int expired;
    int regimes;
    int unavailable;
    int puts;
    int removes;
    int retains;
    long committed;
    long abandoned;
    long refused;
    long deadlocks;

    synchronized void fail(String description) {
        failures.add(description);
    }

    List<String> failures() {
        return failures;
    }

    double discriminating() {
        return sets == 0 ? 0 : (double) some / sets;
    }

    /** What another run came to. */
    synchronized void add(PullTally other) {
        failures.addAll(other.failures);
        stores += other.stores;
        rounds += other.rounds;
        objects += other.objects;
        sets += other.sets;
        some += other.some;
        pieces += other.pieces;
        drops += other.drops;
        expired += other.expired;
        regimes += other.regimes;
        unavailable += other.unavailable;
        puts += other.puts;
        removes += other.removes;
        retains += other.retains;
        committed += other.committed;
        abandoned += other.abandoned;
        refused += other.refused;
        deadlocks += other.deadlocks;
    }

    synchronized boolean isToGoOn(int most) {
        return rounds < most && failures.isEmpty();
    }

    void add(Writers writers) {
        committed += writers.committed;
        abandoned += writers.abandoned;
        refused += writers.refused;
        deadlocks += writers.deadlocks;
    }

    String summary() {
        return ("%d rounds over %d stores, %d objects compared, %.1f %% of the sets were some of what there is;"
                        + " %d pieces with %d puts, %d removes, %d retains; %d connections dropped, %d cursors expired,"
                        + " %d starts with another model, %d pulls without the store; %d transactions committed, %d given"
                        + " up, %d statements refused, %d deadlocks; %d disagreements; %d s")
                .formatted(
                        rounds,
                        stores,
                        objects,
                        100 * discriminating(),
                        pieces,
                        puts,
                        removes,
                        retains,
                        drops,
                        expired,
                        regimes,
                        unavailable,
                        committed,
                        abandoned,
                        refused,
                        deadlocks,
                        failures.size(),
                        (System.nanoTime() - start) / 1_000_000_000);
    }
}
