package dev.tidegate.upload;

/** How many operations matched, and to how many of them what was asked for was done. */
public record Tally(long matched, long done) {
    static final Tally NONE = new Tally(0, 0);

    Tally plus(Tally other) {
        return new Tally(matched + other.matched, done + other.done);
    }
}
