package dev.tidegate.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every entity that the file declares, however badly, so that only names that stand nowhere are unknown. */
final class KnownEntities {
    private final Set<EntityName> declared;
    private final List<String> texts;
    private final Issues issues;

    KnownEntities(Collection<EntityName> declared, Issues issues) {
        this.declared = Set.copyOf(declared);
        this.texts = declared.stream().map(EntityName::toString).toList();
        this.issues = issues;
    }

    /** The entity of that qualified name; empty, and an issue, when there is none. */
    Optional<EntityName> resolve(Placed<String> name) {
        Optional<EntityName> found = declared.stream()
                .filter(entity -> entity.toString().equals(name.value()))
                .findFirst();
        if (found.isEmpty()) {
            issues.error(
                    name.at(),
                    "unknown-entity",
                    "There is no entity '" + name.value() + "'.",
                    Suggestion.among(texts, name.value(), "Write the qualified name of an entity: Module.Name."));
        }
        return found;
    }
}
