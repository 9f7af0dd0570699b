package dev.tidegate.model;

import java.util.Map;
import java.util.Optional;

/** Reads one association and chooses where it is kept when the file does not say. */
final class AssociationSection {
    private final AssociationName name;
    private final Section section;
    private final Issues issues;

    private AssociationSection(AssociationName name, Section section) {
        this.name = name;
        this.section = section;
        this.issues = section.issues();
    }

    /** Empty when an end is unknown; every other mistake leaves an association to go on with. */
    static Optional<Association> read(
            AssociationName name, Section section, KnownEntities known, Map<EntityName, Entity> entities) {
        section.allow("from", "to", "type", "owner", "column", "join-table", "on-delete");
        return new AssociationSection(name, section).association(known, entities);
    }

    private Optional<Association> association(KnownEntities known, Map<EntityName, Entity> entities) {
        Optional<Entity> from = end("from", "the entity that owns it", known, entities);
        Optional<Entity> to = end("to", "the entity that it refers to", known, entities);
        Association.Kind kind = section.choice(
                        "type", Association.Kind.values(), Association.Kind::key, "unknown-value")
                .map(Placed::value)
                .orElse(Association.Kind.REFERENCE);
        boolean both = section.choice("owner", new String[] {"default", "both"}, owner -> owner, "unknown-value")
                .filter(owner -> owner.value().equals("both"))
                .isPresent();
        Association.OnDelete onDelete = section.choice(
                        "on-delete", Association.OnDelete.values(), Association.OnDelete::key, "unknown-value")
                .map(Placed::value)
                .orElse(Association.OnDelete.KEEP);
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        Association association = new Association(
                name, from.get().name(), to.get().name(), kind, both, storage(from.get(), to.get(), kind), onDelete);
        if (!from.get().store().equals(to.get().store())) {
            checkAcrossStores(association, from.get(), to.get());
        }
        return Optional.of(association);
    }

    private Optional<Entity> end(String key, String meaning, KnownEntities known, Map<EntityName, Entity> entities) {
        if (!section.require(key, "Add '" + key + ":' with " + meaning + ".")) {
            return Optional.empty();
        }
        return section.text(key).flatMap(known::resolve).flatMap(end -> Optional.ofNullable(entities.get(end)));
    }

    private Association.Storage storage(Entity from, Entity to, Association.Kind kind) {
        if (kind == Association.Kind.REFERENCE_SET) {
            section.forbid("is only for references; a set is kept in a join table", "column");
        } else if (section.has("column") && section.has("join-table")) {
            section.forbid("cannot stand beside 'column'", "join-table");
        }
        if (kind == Association.Kind.REFERENCE && !section.has("join-table")) {
            return new Association.InColumn(section.text("column")
                    .flatMap(column -> Names.database(column, issues))
                    .orElse(roleOf(from, to) + "_id"));
        }
        return joinTable(from, to);
    }

    private Association.Storage joinTable(Entity from, Entity to) {
        Optional<Section> given = section.section("join-table", "'join-table' of " + section.what())
                .map(s -> s.allow("name", "from", "to"));
        TableName table = given.flatMap(join -> join.text("name"))
                .flatMap(join -> Names.table(join, issues))
                .orElseGet(() -> new TableName(Optional.empty(), Names.snakeCase(name.name())));
        String fromColumn = column(given, "from", Names.snakeCase(from.name().name()) + "_id");
        String toColumn = column(given, "to", roleOf(from, to) + "_id");
        if (fromColumn.equals(toColumn)) {
            Section blamed = given.orElse(section);
            issues.error(
                    blamed.placeOf("to"),
                    "duplicate-column",
                    "Both ends of " + section.what() + " would be kept in the column '" + toColumn + "'.",
                    "Give 'join-table' two columns: { name: …, from: …, to: … }.");
        }
        return new Association.InJoinTable(table, fromColumn, toColumn);
    }

    private String column(Optional<Section> join, String key, String otherwise) {
        return join.flatMap(given -> given.text(key))
                .flatMap(column -> Names.database(column, issues))
                .orElse(otherwise);
    }

    /** {@code WorkOrder_Customer} of {@code WorkOrder} is kept as {@code customer}; other names as their target. */
    private String roleOf(Entity from, Entity to) {
        String prefix = from.name().name() + "_";
        boolean hasRole = name.name().startsWith(prefix) && name.name().length() > prefix.length();
        return Names.snakeCase(
                hasRole ? name.name().substring(prefix.length()) : to.name().name());
    }

    private void checkAcrossStores(Association association, Entity from, Entity to) {
        String apart = "'" + from.name() + "' is in the store '" + from.store() + "' and '" + to.name() + "' in '"
                + to.store() + "'";
        if (!(association.storage() instanceof Association.InColumn)) {
            acrossStores(
                    section.has("join-table") ? "join-table" : "type",
                    "cannot be kept in a join table: " + apart,
                    "Make it a reference with a column in the table of '" + from.name() + "'.");
        }
        if (association.bothOwn()) {
            acrossStores("owner", "cannot be owned by both ends: " + apart, "Remove 'owner: both'.");
        }
        if (association.onDelete() != Association.OnDelete.KEEP) {
            acrossStores(
                    "on-delete",
                    "cannot be kept whole when '" + to.name() + "' is deleted: " + apart,
                    "Remove 'on-delete' or write 'keep'.");
        }
    }

    private void acrossStores(String key, String problem, String advice) {
        issues.error(section.placeOf(key), "association-across-stores", section.what() + " " + problem + ".", advice);
    }
}
