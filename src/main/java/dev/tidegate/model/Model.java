package dev.tidegate.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole model, valid as a whole: every name in it resolves, generalizations form trees within one store. Built by
 * {@link ModelReader}; immutable. {@code version} changes when anything that shapes an answer does, and not for a comment.
 *
 * <p>Look-ups by name of things that requests name answer {@link Optional}; look-ups by a name that came from this model
 * ({@link #entity}) throw {@link IllegalArgumentException} when it is foreign, since that is a bug.
 */
public final class Model {
    private final String version;
    private final boolean onlineSyncMode;
    private final Optional<UserEntity> user;
    private final Map<EntityName, Entity> entities;
    private final Map<AssociationName, Association> associations;
    private final List<AccessRule> accessRules;
    private final Map<ProfileName, Profile> profiles;
    private final Set<RoleName> roles;
    private final Map<EntityName, List<EntityName>> lineages = new HashMap<>();
    private final Map<EntityName, List<EntityName>> families = new HashMap<>();
    private final Map<EntityName, List<DeclaredAttribute>> attributes = new HashMap<>();
    private final Map<EntityName, List<OwnedEnd>> ownedEnds = new HashMap<>();
    private final Map<String, EntityName> byText = new HashMap<>();

    public Model(
            String version,
            boolean onlineSyncMode,
            Optional<UserEntity> user,
            Map<EntityName, Entity> entities,
            Map<AssociationName, Association> associations,
            List<AccessRule> accessRules,
            Map<ProfileName, Profile> profiles) {
        this.version = version;
        this.onlineSyncMode = onlineSyncMode;
        this.user = user;
        this.entities = Ordered.map(entities);
        this.associations = Ordered.map(associations);
        this.accessRules = List.copyOf(accessRules);
        this.profiles = Ordered.map(profiles);
        this.roles = rolesOf(accessRules, profiles.values());
        for (EntityName name : entities.keySet()) {
            byText.put(name.toString(), name);
            List<EntityName> lineage = climb(name);
            lineages.put(name, lineage);
            lineage.forEach(ancestor -> listOf(families, ancestor).add(name));
            attributes.put(name, inherited(lineage));
        }
        associations.values().forEach(this::own);
        families.replaceAll((_, family) -> List.copyOf(family));
        ownedEnds.replaceAll((_, ends) -> List.copyOf(ends));
    }

    private static Set<RoleName> rolesOf(Collection<AccessRule> rules, Collection<Profile> profiles) {
        Set<RoleName> roles = new HashSet<>();
        rules.forEach(rule -> roles.addAll(rule.roles()));
        profiles.forEach(profile -> profile.roles().ifPresent(roles::addAll));
        return Set.copyOf(roles);
    }

    private List<EntityName> climb(EntityName name) {
        List<EntityName> lineage = new ArrayList<>();
        Optional<EntityName> at = Optional.of(name);
        while (at.isPresent()) {
            if (lineage.contains(at.get())) {
                throw new IllegalArgumentException("generalizations of " + name + " form a cycle");
            }
            lineage.add(at.get());
            at = entity(at.get()).generalization();
        }
        return List.copyOf(lineage);
    }

    private List<DeclaredAttribute> inherited(List<EntityName> lineage) {
        return lineage.reversed().stream()
                .flatMap(declaring -> entity(declaring).attributes().values().stream()
                        .map(attribute -> new DeclaredAttribute(declaring, attribute)))
                .toList();
    }

    /** Gives an association to the entities, and their specializations, that own an end of it. */
    private void own(Association association) {
        family(association.from())
                .forEach(entity -> listOf(ownedEnds, entity).add(new OwnedEnd(association, Direction.FORWARD)));
        if (association.bothOwn() && !association.isSelf()) {
            family(association.to())
                    .forEach(entity -> listOf(ownedEnds, entity).add(new OwnedEnd(association, Direction.BACKWARD)));
        }
    }

    private static <T> List<T> listOf(Map<EntityName, List<T>> lists, EntityName entity) {
        return lists.computeIfAbsent(entity, _ -> new ArrayList<>());
    }

    public String version() {
        return version;
    }

    public boolean onlineSyncMode() {
        return onlineSyncMode;
    }

    public Optional<UserEntity> user() {
        return user;
    }

    /** All entities, in the order of the model file. */
    public Map<EntityName, Entity> entities() {
        return entities;
    }

    public Map<AssociationName, Association> associations() {
        return associations;
    }

    public List<AccessRule> accessRules() {
        return accessRules;
    }

    public Map<ProfileName, Profile> profiles() {
        return profiles;
    }

    /** All that a rule or a profile names: no other role makes a difference. */
    public Set<RoleName> roles() {
        return roles;
    }

    /** The entity of a name that came from this model. */
    public Entity entity(EntityName name) {
        Entity entity = entities.get(name);
        if (entity == null) {
            throw new IllegalArgumentException("no entity " + name);
        }
        return entity;
    }

    public Optional<Entity> findEntity(EntityName name) {
        return Optional.ofNullable(entities.get(name));
    }

    /** The entity that a request's text names; empty for anything else, also for what is no qualified name. */
    public Optional<EntityName> entityNamed(String text) {
        return Optional.ofNullable(byText.get(text));
    }

    public Optional<Association> findAssociation(AssociationName name) {
        return Optional.ofNullable(associations.get(name));
    }

    /** The entity itself, its generalization, and so on up to the root. */
    public List<EntityName> lineage(EntityName name) {
        return lineages.getOrDefault(name, List.of());
    }

    /** The type of the ids of an entity's objects. */
    public ValueType idType(EntityName name) {
        return entity(name).identity().type().valueType();
    }

    /** The root of the hierarchy that the entity belongs to; itself when it has no generalization. */
    public EntityName root(EntityName name) {
        return lineage(name).getLast();
    }

    /** The entity itself and all its specializations at any depth: what a query on it returns. */
    public List<EntityName> family(EntityName name) {
        return families.getOrDefault(name, List.of());
    }

    public boolean isKindOf(EntityName entity, EntityName generalization) {
        return lineage(entity).contains(generalization);
    }

    /** The attribute of that name, own or inherited, with the entity that declares it. */
    public Optional<DeclaredAttribute> attribute(EntityName entity, String name) {
        for (EntityName declaring : lineage(entity)) {
            Attribute attribute = entity(declaring).attributes().get(name);
            if (attribute != null) {
                return Optional.of(new DeclaredAttribute(declaring, attribute));
            }
        }
        return Optional.empty();
    }

    /** All attributes of the entity's objects, the root's first. */
    public List<DeclaredAttribute> attributes(EntityName entity) {
        return attributes.getOrDefault(entity, List.of());
    }

    /** The association ends that the entity's objects own (list and write), inherited ones included. */
    public List<OwnedEnd> ownedEnds(EntityName entity) {
        return ownedEnds.getOrDefault(entity, List.of());
    }

    /** The rules about objects whose own entity this is. */
    public List<AccessRule> rulesOf(EntityName entity) {
        return accessRules.stream().filter(rule -> rule.entity().equals(entity)).toList();
    }
}
