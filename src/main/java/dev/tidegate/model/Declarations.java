package dev.tidegate.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sections of all modules by the name that they declare, before any is read. */
final class Declarations {
    /** An access rule's section and the module that it stands in. */
    record Rule(String module, Section section) {}

    private final Issues issues;
    private final Map<EntityName, Section> entities = new LinkedHashMap<>();
    private final Map<AssociationName, Section> associations = new LinkedHashMap<>();
    private final Map<EntityName, Position> entityNames = new LinkedHashMap<>();
    private final Map<AssociationName, Position> associationNames = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    Declarations(Section modules) {
        this.issues = modules.issues();
        for (Yaml.Entry entry : modules.entries()) {
            if (Names.isIdentifier("a module", new Placed<>(entry.key(), entry.at()), issues)) {
                Section.of("module '" + entry.key() + "'", entry.at(), entry.value(), issues)
                        .ifPresent(section -> module(entry.key(), section));
            }
        }
    }

    /** Every declared entity, also when it is not a section, with its place. */
    Map<EntityName, Position> entityNames() {
        return entityNames;
    }

    boolean declaresAssociation(String qualified) {
        return associationNames.keySet().stream()
                .anyMatch(name -> name.toString().equals(qualified));
    }

    Map<EntityName, Section> entities() {
        return entities;
    }

    Map<AssociationName, Section> associations() {
        return associations;
    }

    List<Rule> rules() {
        return rules;
    }

    private void module(String module, Section section) {
        section.allow("entities", "associations", "access");
        for (Yaml.Entry entry : declared(module, section, "entities")) {
            if (Names.isIdentifier("an entity", new Placed<>(entry.key(), entry.at()), issues)) {
                EntityName name = new EntityName(module, entry.key());
                entityNames.put(name, entry.at());
                named("entity '" + name + "'", entry).ifPresent(found -> entities.put(name, found));
            }
        }
        for (Yaml.Entry entry : declared(module, section, "associations")) {
            if (Names.isIdentifier("an association", new Placed<>(entry.key(), entry.at()), issues)) {
                association(new AssociationName(module, entry.key()), entry);
            }
        }
        int number = 1;
        for (Yaml item : section.items("access")) {
            Section.of("access rule " + number++ + " of '" + module + "'", item.at(), item, issues)
                    .ifPresent(found -> rules.add(new Rule(module, found)));
        }
    }

    private void association(AssociationName name, Yaml.Entry entry) {
        associationNames.put(name, entry.at());
        if (entityNames.containsKey(new EntityName(name.module(), name.name()))) {
            issues.error(
                    entry.at(),
                    "name-taken",
                    "'" + name + "' is the name of an entity and of an association, which paths could not tell apart.",
                    "Rename the association, for instance '" + name.name() + "_Role'.");
        }
        named("association '" + name + "'", entry).ifPresent(found -> associations.put(name, found));
    }

    private List<Yaml.Entry> declared(String module, Section section, String key) {
        return section.section(key, "'" + key + "' of module '" + module + "'")
                .map(Section::entries)
                .orElse(List.of());
    }

    private Optional<Section> named(String what, Yaml.Entry entry) {
        return Section.of(what, entry.at(), entry.value(), issues);
    }
}
