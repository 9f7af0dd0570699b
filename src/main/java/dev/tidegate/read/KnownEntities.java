package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.util.Optional;

/** The entities that a request's text may name in an observation: those of the model and no others. */
final class KnownEntities {
    private KnownEntities() {}

    static Optional<EntityName> find(Model model, String text) {
        try {
            EntityName name = EntityName.parse(text);
            return model.findEntity(name).isPresent() ? Optional.of(name) : Optional.empty();
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }
}
