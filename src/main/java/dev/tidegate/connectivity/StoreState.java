package dev.tidegate.connectivity;

/**
 * What is believed about a store. Before the first probe it is {@code UNPROBED}, which counts as up; {@code DOWN} exactly while
 * its {@link Circuit} is open.
 */
public enum StoreState {
    UNPROBED,
    UP,
    SUSPECT,
    DOWN;

    /** Whether calls are sent to it. */
    public boolean isUsable() {
        return this != DOWN;
    }
}
