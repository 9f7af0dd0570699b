package dev.tidegate.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a model file and checks its structure: YAML, keys, types, names, hierarchies, tables. Every problem is found at
 * once, with its place; a model comes back only when there is no error. What constraints mean, and what sync modes forbid,
 * is judged afterwards by {@code policy}. Never throws for any text.
 */
public final class ModelReader {
    private final Issues issues = new Issues();
    private final RecordedPositions positions = new RecordedPositions();

    private ModelReader() {}

    /** Reads the text of a model file. */
    public static ModelText read(String yaml) {
        ModelReader reader = new ModelReader();
        Optional<Model> model = reader.model(yaml).filter(_ -> !reader.issues.haveErrors());
        return new ModelText(model, reader.issues.inOrder(), reader.positions);
    }

    private Optional<Model> model(String yaml) {
        Position start = new Position(1, 1);
        Optional<Yaml> document = YamlText.read(yaml, issues);
        if (document.isEmpty() && !issues.haveErrors()) {
            issues.error(start, "wrong-type", "The file is empty.", "Write 'modules:' and 'profiles:'.");
        }
        return document.flatMap(found -> Section.of("The model file", start, found, issues))
                .map(top -> model(top.allow("features", "user", "modules", "profiles")));
    }

    /** The model as far as it is understood; unreadable parts are left out or replaced by a default. */
    private Model model(Section top) {
        boolean online = top.section("features", "'features'")
                .flatMap(features -> features.allow("online-sync-mode").flag("online-sync-mode"))
                .map(Placed::value)
                .orElse(false);
        top.require("modules", "Add 'modules:' with the entities.");
        top.require("profiles", "Add 'profiles:' with at least one profile.");
        Optional<Declarations> modules = top.section("modules", "'modules'").map(Declarations::new);
        KnownEntities known =
                new KnownEntities(modules.map(d -> d.entityNames().keySet()).orElseGet(java.util.Set::of), issues);

        Map<EntityName, EntityDraft> drafts = new LinkedHashMap<>();
        modules.ifPresent(declared -> {
            declared.entityNames().forEach(positions::entity);
            declared.entities().forEach((name, section) -> drafts.put(name, EntityDraft.read(name, section)));
        });
        Hierarchies hierarchies = new Hierarchies(drafts, known, issues);
        Map<EntityName, Entity> entities = hierarchies.entities();
        TableChecks tables = new TableChecks(entities, issues);
        drafts.values().forEach(tables::check);

        Map<AssociationName, Association> associations = new LinkedHashMap<>();
        modules.ifPresent(declared -> declared.associations().forEach((name, section) -> {
            positions.association(name, section.at());
            AssociationSection.read(name, section, known, entities).ifPresent(association -> {
                associations.put(name, association);
                tables.check(association, section);
            });
        }));
        Model structure = new Model("", online, Optional.empty(), entities, associations, List.of(), Map.of());
        List<AccessRule> rules = modules.map(declared -> rules(declared, structure, known, hierarchies))
                .orElse(List.of());
        Optional<UserEntity> user =
                top.section("user", "'user'").flatMap(section -> user(section, known, structure, hierarchies));
        Map<ProfileName, Profile> profiles = profiles(top, online, known);
        Model unversioned = new Model("", online, user, entities, associations, rules, profiles);
        return new Model(Fingerprint.of(unversioned), online, user, entities, associations, rules, profiles);
    }

    private List<AccessRule> rules(
            Declarations declared, Model structure, KnownEntities known, Hierarchies hierarchies) {
        List<AccessRule> rules = new ArrayList<>();
        for (Declarations.Rule rule : declared.rules()) {
            new AccessSection(rule.module(), rule.section(), structure, declared::declaresAssociation)
                    .read(known, hierarchies)
                    .ifPresent(read -> {
                        rules.add(read);
                        positions.nextRule(rule.section().placeOf("constraint"));
                    });
        }
        return rules;
    }

    private Optional<UserEntity> user(Section section, KnownEntities known, Model structure, Hierarchies hierarchies) {
        section.allow("entity", "name");
        section.require("entity", "Add 'entity:' with the entity of users.");
        section.require("name", "Add 'name:' with the attribute that holds the principal's name.");
        Optional<EntityName> entity = section.text("entity").flatMap(known::resolve);
        Optional<Placed<String>> name = section.text("name");
        if (name.isEmpty()
                || entity.flatMap(structure::findEntity).isEmpty()
                || hierarchies.isUncertain(entity.get())) {
            return Optional.empty();
        }
        Optional<DeclaredAttribute> attribute =
                structure.attribute(entity.get(), name.get().value());
        if (attribute.isEmpty()) {
            List<String> names = structure.attributes(entity.get()).stream()
                    .map(declared -> declared.attribute().name())
                    .toList();
            issues.error(
                    name.get().at(),
                    "unknown-member",
                    "'" + name.get().value() + "' is not an attribute of '" + entity.get() + "'.",
                    Suggestion.among(names, name.get().value(), "Write the name of one of its attributes."));
        } else if (attribute.get().attribute().type() != AttributeType.STRING) {
            issues.error(
                    name.get().at(),
                    "user-name-not-text",
                    "'" + name.get().value() + "' of '" + entity.get() + "' is not of type 'string'.",
                    "Name a string attribute that holds the principal's name.");
        }
        return Optional.of(new UserEntity(entity.get(), name.get().value()));
    }

    private Map<ProfileName, Profile> profiles(Section top, boolean online, KnownEntities known) {
        Map<ProfileName, Profile> profiles = new LinkedHashMap<>();
        for (Yaml.Entry entry :
                top.section("profiles", "'profiles'").map(Section::entries).orElse(List.of())) {
            ProfileName name = new ProfileName(entry.key());
            boolean named = Names.isIdentifier("a profile", new Placed<>(entry.key(), entry.at()), issues);
            Section.of("profile '" + entry.key() + "'", entry.at(), entry.value(), issues)
                    .filter(_ -> named)
                    .map(section -> new ProfileSection(name, section, online)
                            .read(known, (entity, at) -> positions.sync(name, entity, at)))
                    .ifPresent(profile -> profiles.put(name, profile));
        }
        return profiles;
    }
}
