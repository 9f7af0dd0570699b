package dev.tidegate.oracle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Chance, from a seed: the same seed makes the same things. */
final class Dice {
    private final Random random;

    private Dice(Random random) {
        this.random = random;
    }

    /** Seeds that are made of two numbers have nothing to do with those of their neighbours. */
    static Dice of(long seed, long index) {
        return new Dice(new Random(mixed(seed * 0x9E3779B97F4A7C15L + index)));
    }

    static long mixed(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends can come. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    long bits() {
        return random.nextLong();
    }

    @SafeVarargs
    final <T> T any(T... of) {
        return of[random.nextInt(of.length)];
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Some of them in any order, none twice. */
    <T> List<T> some(Collection<T> of, int many) {
        List<T> shuffled = new ArrayList<>(of);
        Collections.shuffle(shuffled, random);
        return List.copyOf(shuffled.subList(0, Math.min(many, shuffled.size())));
    }

    /** An index, each as likely as its weight says. */
    int weighted(int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int at = random.nextInt(sum);
        int index = 0;
        while (at >= weights[index]) {
            at -= weights[index++];
        }
        return index;
    }
}
