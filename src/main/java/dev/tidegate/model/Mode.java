package dev.tidegate.model;

/** How an entity is synchronized in an offline profile ({@code rules}: modes of an entity). */
public enum Mode {
    ALL("all"),
    BY_XPATH("by-xpath"),
    NOTHING_CLEAR("nothing-clear"),
    NOTHING_PRESERVE("nothing-preserve"),
    NEVER("never"),
    ONLINE("online");

    private final String key;

    Mode(String key) {
        this.key = key;
    }

    /** As it is spelt in the model file and the manifest. */
    public String key() {
        return key;
    }
}
