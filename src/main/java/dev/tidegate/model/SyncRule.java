package dev.tidegate.model;

import java.util.Optional;

/** How one profile synchronizes one entity. {@code constraint} stands exactly when the mode is {@link Mode#BY_XPATH}. */
public record SyncRule(Mode mode, Optional<String> constraint, ConflictPolicy conflict, boolean compatibility) {

    /** The rule for clients that do not know the current model: compatibility means {@code all}. */
    SyncRule before() {
        return compatibility ? new SyncRule(Mode.ALL, Optional.empty(), conflict, true) : this;
    }
}
