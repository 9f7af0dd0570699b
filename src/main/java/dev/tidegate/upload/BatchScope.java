package dev.tidegate.upload;

import java.util.Arrays;
import java.util.Optional;

/** Whether a batch belongs to a full sync or to a selective one ({@code rules}: modes of an entity). */
public enum BatchScope {
    FULL("full"),
    SELECTED("selected");

    private final String key;

    BatchScope(String key) {
        this.key = key;
    }

    /** As it is spelt in a batch. */
    public String key() {
        return key;
    }

    public static Optional<BatchScope> of(String key) {
        return Arrays.stream(values()).filter(scope -> scope.key.equals(key)).findFirst();
    }
}
