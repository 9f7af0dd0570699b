package dev.tidegate.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ties drafts of entities into trees: resolves generalizations, lets specializations inherit what is the root's, and
 * checks what only whole trees show. Broken links are cut, and the entities below remembered as {@link #isUncertain},
 * so that one mistake is not reported again wherever it shows.
 */
final class Hierarchies {
    private static final StoreName UNKNOWN_STORE = new StoreName("?");

    private final Map<EntityName, EntityDraft> drafts;
    private final KnownEntities known;
    private final Issues issues;
    private final Map<EntityName, EntityName> generalizations = new HashMap<>();
    private final Set<EntityName> uncertain = new HashSet<>();

    Hierarchies(Map<EntityName, EntityDraft> drafts, KnownEntities known, Issues issues) {
        this.drafts = drafts;
        this.known = known;
        this.issues = issues;
        drafts.values().forEach(this::link);
        drafts.keySet().forEach(this::cutCycle);
        drafts.values().forEach(this::check);
    }

    /** Whether the entity's generalizations could not be followed to a root, so that its members are not all known. */
    boolean isUncertain(EntityName entity) {
        return lineage(entity).stream().anyMatch(uncertain::contains);
    }

    Map<EntityName, Entity> entities() {
        Map<EntityName, Entity> entities = new LinkedHashMap<>();
        drafts.forEach((name, draft) -> entities.put(name, entity(draft)));
        return entities;
    }

    private Entity entity(EntityDraft draft) {
        EntityDraft root = draftOf(lineage(draft.name()).getLast());
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        draft.attributes().forEach(attribute -> attributes.put(attribute.value().name(), attribute.value()));
        return new Entity(
                draft.name(),
                Optional.ofNullable(generalizations.get(draft.name())),
                root.store().map(Placed::value).orElse(UNKNOWN_STORE),
                draft.table()
                        .map(Placed::value)
                        .orElseGet(() -> new TableName(
                                Optional.empty(), Names.snakeCase(draft.name().name()))),
                root.identity(),
                root.version(),
                root.discriminator(),
                attributes);
    }

    private void link(EntityDraft draft) {
        if (!draft.section().has("extends")) {
            return;
        }
        Optional<EntityName> generalization = draft.generalization().flatMap(known::resolve);
        if (generalization.isPresent() && drafts.containsKey(generalization.get())) {
            generalizations.put(draft.name(), generalization.get());
        } else {
            uncertain.add(draft.name());
        }
    }

    private void cutCycle(EntityName start) {
        Set<EntityName> seen = new LinkedHashSet<>();
        EntityName at = start;
        while (at != null && seen.add(at)) {
            at = generalizations.get(at);
        }
        if (at == null || !at.equals(start)) {
            return;
        }
        issues.error(
                draftOf(start).section().placeOf("extends"),
                "generalization-cycle",
                "The generalizations of '" + start + "' form a cycle: "
                        + seen.stream().map(EntityName::toString).collect(Collectors.joining(" → ")) + " → " + start
                        + ".",
                "Remove 'extends' from one of them.");
        seen.forEach(generalizations::remove);
        uncertain.addAll(seen);
    }

    private void check(EntityDraft draft) {
        EntityName generalization = generalizations.get(draft.name());
        if (generalization != null) {
            checkSpecialization(draft, draftOf(lineage(draft.name()).getLast()));
        }
        boolean specialized = generalizations.containsValue(draft.name());
        if (specialized && !draft.section().has("extends") && !draft.section().has("discriminator")) {
            issues.error(
                    draft.at(),
                    "missing-discriminator",
                    "'" + draft.name() + "' has specializations but no discriminator.",
                    "Add 'discriminator:' with the column that holds the qualified name of each object's entity.");
        }
    }

    private void checkSpecialization(EntityDraft draft, EntityDraft root) {
        Section section = draft.section();
        draft.store().filter(store -> root.store().isPresent()).ifPresent(store -> {
            if (!store.value().equals(root.store().get().value())) {
                issues.error(
                        store.at(),
                        "specialization-in-another-store",
                        "'" + draft.name() + "' names the store '" + store.value() + "', but '" + root.name()
                                + "', the root of its hierarchy, is in '"
                                + root.store().get().value() + "'.",
                        "Remove 'store'; a hierarchy lives in one store.");
            } else {
                inheritedKey(section, "store", root);
            }
        });
        for (String key : List.of("id", "version", "discriminator")) {
            if (section.has(key)) {
                inheritedKey(section, key, root);
            }
        }
        for (EntityName ancestor : lineage(draft.name()).stream().skip(1).toList()) {
            draft.attributePlaces().forEach((name, at) -> {
                if (draftOf(ancestor).attributePlaces().containsKey(name)) {
                    issues.error(
                            at,
                            "inherited-attribute",
                            "'" + draft.name() + "' declares '" + name + "', which it inherits from '" + ancestor
                                    + "'.",
                            "Remove it or give it another name.");
                }
            });
        }
    }

    private void inheritedKey(Section section, String key, EntityDraft root) {
        issues.error(
                section.keyOf(key),
                "inherited-key",
                section.what() + " has '" + key + "', which it inherits from '" + root.name() + "'.",
                "Remove it here.");
    }

    private List<EntityName> lineage(EntityName name) {
        List<EntityName> lineage = new ArrayList<>();
        for (EntityName at = name; at != null; at = generalizations.get(at)) {
            lineage.add(at);
        }
        return lineage;
    }

    private EntityDraft draftOf(EntityName name) {
        EntityDraft draft = drafts.get(name);
        if (draft == null) {
            throw new IllegalArgumentException("no entity " + name);
        }
        return draft;
    }
}
