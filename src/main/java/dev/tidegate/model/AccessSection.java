package dev.tidegate.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads one access rule of a module; names of members are resolved against the entities as far as they are known. */
final class AccessSection {
    private final String module;
    private final Section section;
    private final Issues issues;
    private final Model known;
    private final Predicate<String> isDeclared;

    /**
     * @param known the entities and associations read so far
     * @param isDeclared whether the file declares an association of that qualified name, even if it could not be read
     */
    AccessSection(String module, Section section, Model known, Predicate<String> isDeclared) {
        this.module = module;
        this.section = section;
        this.issues = section.issues();
        this.known = known;
        this.isDeclared = isDeclared;
        section.allow("entity", "roles", "create", "delete", "read", "write", "constraint");
    }

    /** Empty when there is no telling which entity it is about. */
    Optional<AccessRule> read(KnownEntities entities, Hierarchies hierarchies) {
        Optional<EntityName> entity = section.require("entity", "Add 'entity:' with a qualified name.")
                ? section.text("entity").flatMap(entities::resolve)
                : Optional.empty();
        Set<RoleName> roles = roles();
        boolean create = section.flag("create").map(Placed::value).orElse(false);
        boolean delete = section.flag("delete").map(Placed::value).orElse(false);
        Optional<String> constraint = section.text("constraint").map(Placed::value);
        boolean checkable = entity.isPresent()
                && known.findEntity(entity.get()).isPresent()
                && !hierarchies.isUncertain(entity.get());
        Optional<EntityName> members = entity.filter(_ -> checkable);
        MemberSet read = members("read", members);
        MemberSet write = members("write", members);
        return entity.map(name -> new AccessRule(name, roles, create, delete, read, write, constraint));
    }

    private Set<RoleName> roles() {
        Set<RoleName> roles = new LinkedHashSet<>();
        List<Placed<String>> given =
                section.require("roles", "Add 'roles: [Name]'.") ? section.texts("roles") : List.of();
        given.forEach(role -> Names.role(role, issues).ifPresent(roles::add));
        if (section.value("roles").filter(Yaml.Sequence.class::isInstance).isPresent() && given.isEmpty()) {
            issues.error(
                    section.placeOf("roles"),
                    "missing-values",
                    section.what() + " names no role, so it gives nothing to anybody.",
                    "Name at least one role.");
        }
        return roles;
    }

    private MemberSet members(String key, Optional<EntityName> entity) {
        Optional<Yaml> value = section.value(key);
        if (value.isPresent()
                && value.get() instanceof Yaml.Scalar scalar
                && scalar.text().equals("all")) {
            return MemberSet.all();
        }
        if (value.isPresent() && !(value.get() instanceof Yaml.Sequence)) {
            issues.error(
                    section.placeOf(key),
                    "wrong-type",
                    "'" + key + "' of " + section.what() + " must be 'all' or a list of members, not "
                            + value.get().describe() + ".",
                    "Write 'all' or '[Name, Other]'.");
            return MemberSet.of(Set.of());
        }
        List<String> names = new ArrayList<>();
        for (Placed<String> given : section.texts(key)) {
            entity.flatMap(of -> member(key, of, given)).ifPresent(names::add);
        }
        return MemberSet.of(names);
    }

    private Optional<String> member(String key, EntityName entity, Placed<String> given) {
        Optional<DeclaredAttribute> attribute = known.attribute(entity, given.value());
        if (attribute.isPresent()) {
            checkUse(key, attribute.get().attribute(), given);
            return Optional.of(given.value());
        }
        String qualified = given.value().contains(".") ? given.value() : module + "." + given.value();
        Optional<Association> association = known.associations().values().stream()
                .filter(candidate -> candidate.name().toString().equals(qualified))
                .findFirst();
        boolean owned = known.ownedEnds(entity).stream()
                .anyMatch(end -> end.association().name().toString().equals(qualified));
        if (owned) {
            return Optional.of(qualified);
        }
        if (association.isPresent()) {
            issues.error(
                    given.at(),
                    "unknown-member",
                    "'" + entity + "' does not own the association '" + qualified + "'.",
                    "Name it in a rule of '"
                            + association.get().from()
                            + "', or let both ends own it ('owner: both').");
        } else if (!isDeclared.test(qualified)) {
            issues.error(
                    given.at(),
                    "unknown-member",
                    "'" + given.value() + "' is neither an attribute nor an association of '" + entity + "'.",
                    Suggestion.among(memberNames(entity), given.value(), "Write the name of one of its members."));
        }
        return Optional.empty();
    }

    private void checkUse(String key, Attribute attribute, Placed<String> given) {
        if (key.equals("write") && !attribute.isWritable()) {
            issues.error(
                    given.at(),
                    "not-writable",
                    "'" + given.value() + "' is an autonumber, which nobody can write.",
                    "Remove it from 'write'.");
        }
        if (key.equals("read") && !attribute.isSent()) {
            issues.warning(
                    given.at(),
                    "never-sent",
                    "'" + given.value() + "' is a hashed string, which is never sent to a client.",
                    "Remove it from 'read'.");
        }
    }

    private List<String> memberNames(EntityName entity) {
        List<String> names = new ArrayList<>();
        known.attributes(entity)
                .forEach(declared -> names.add(declared.attribute().name()));
        known.ownedEnds(entity).forEach(end -> {
            AssociationName name = end.association().name();
            names.add(name.module().equals(module) ? name.name() : name.toString());
        });
        return names;
    }
}
