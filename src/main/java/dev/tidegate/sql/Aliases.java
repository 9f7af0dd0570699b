package dev.tidegate.sql;

/** Names for the tables of one statement: {@code t0}, {@code t1}, …, no two alike at any depth. */
final class Aliases {
    private int next;

    String next() {
        return "t" + next++;
    }
}
