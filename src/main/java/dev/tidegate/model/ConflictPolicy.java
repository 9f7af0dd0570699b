package dev.tidegate.model;

/** What happens to an offline change of an object that somebody else changed meanwhile. */
public enum ConflictPolicy {
    LAST_WINS("last-wins"),
    REJECT_STALE("reject-stale"),
    MERGE("merge");

    private final String key;

    ConflictPolicy(String key) {
        this.key = key;
    }

    /** As it is spelt in the model file and the manifest. */
    public String key() {
        return key;
    }
}
