package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;

/** One object, whichever entity of its hierarchy it is named by. */
public record ObjectKey(EntityName root, Object id) {

    public static ObjectKey of(Model model, EntityName entity, Object id) {
        return new ObjectKey(model.root(entity), id);
    }

    /** The object that the change is about. */
    public static ObjectKey of(Model model, Change change) {
        return of(model, change.entity(), change.id());
    }
}
