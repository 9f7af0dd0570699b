package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import java.util.stream.Stream;

/** One object, whichever entity of its hierarchy it is named by. */
public record ObjectKey(EntityName root, Object id) {

    public static ObjectKey of(Model model, EntityName entity, Object id) {
        return new ObjectKey(model.root(entity), id);
    }

    /** The object that the change is about. */
    public static ObjectKey of(Model model, Change change) {
        return of(model, change.entity(), change.id());
    }

    /** The objects that the change refers to. */
    public static Stream<ObjectKey> referredTo(Model model, Change change) {
        return Change.members(change).stream().flatMap(member -> referredTo(model, member));
    }

    static Stream<ObjectKey> referredTo(Model model, MemberValue member) {
        return switch (member) {
            case MemberValue.OfAttribute _ -> Stream.empty();
            case MemberValue.Reference(var end, var target) -> at(model, end, target.stream());
            case MemberValue.Targets(var end, var targets) -> at(model, end, targets.stream());
            case MemberValue.TargetsEdit edit -> at(model, edit.end(), edit.add().stream());
        };
    }

    /** The objects that a set loses by name. */
    static Stream<ObjectKey> takenFrom(Model model, MemberValue member) {
        return member instanceof MemberValue.TargetsEdit edit
                ? at(model, edit.end(), edit.remove().stream())
                : Stream.empty();
    }

    private static Stream<ObjectKey> at(Model model, OwnedEnd end, Stream<Object> ids) {
        return ids.map(id -> of(model, end.target(), id));
    }
}
