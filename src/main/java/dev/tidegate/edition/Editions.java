package dev.tidegate.edition;

/** Which edition is served: what begins now begins with that one. */
public final class Editions {
    private volatile Edition current;

    public Editions(Edition first) {
        this.current = first;
    }

    public Edition current() {
        return current;
    }

    /** From now on; those that began with the one before, which it gives, go on with that. */
    Edition put(Edition next) {
        Edition before = current;
        current = next;
        return before;
    }
}
