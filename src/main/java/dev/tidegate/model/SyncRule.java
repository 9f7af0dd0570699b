package dev.tidegate.model;

import java.util.Optional;

/** How one profile synchronizes one entity. {@code constraint} stands exactly when the mode is {@link Mode#BY_XPATH}. */
public record SyncRule(Mode mode, Optional<String> constraint, ConflictPolicy conflict, boolean compatibility) {

    /** The mode for a client; {@code current}: whether it knows the current model. For any other, compatibility means {@code all}. */
    public Mode modeFor(boolean current) {
        return compatibility && !current ? Mode.ALL : mode;
    }
}
