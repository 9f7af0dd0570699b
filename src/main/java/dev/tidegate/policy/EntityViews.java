package dev.tidegate.policy;

import dev.tidegate.model.Attribute;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a caller may see of each own entity that a query can bring back. */
final class EntityViews {
    private final Model model;
    private final Limitations limitations;
    private final ReadAccess access;

    EntityViews(Model model, Limitations limitations, ReadAccess access) {
        this.model = model;
        this.limitations = limitations;
        this.access = access;
    }

    List<EntityView> of(EntityName entity) {
        return model.family(entity).stream()
                .filter(own -> access.grants(own).stream()
                        .anyMatch(grant -> !grant.read().isEmpty()))
                .map(own -> new EntityView(own, access.grants(own), readOnly(own)))
                .toList();
    }

    /** Members that nobody can write in objects of this own entity. */
    Set<String> readOnly(EntityName own) {
        Set<String> names = new TreeSet<>();
        model.attributes(own).stream()
                .map(DeclaredAttribute::attribute)
                .filter(attribute -> !attribute.isWritable())
                .map(Attribute::name)
                .forEach(names::add);
        model.ownedEnds(own).stream()
                .filter(end -> limitations.isReadOnly(own, end))
                .map(end -> end.association().name().toString())
                .forEach(names::add);
        return names;
    }
}
