package dev.tidegate.model;

import java.util.HashMap;
import java.util.Map;

/** Finds two things of the model that would share one table or one column. */
final class TableChecks {
    private record Table(StoreName store, String name) {}

    private record Column(EntityName entity, String name) {}

    private final Map<EntityName, Entity> entities;
    private final Issues issues;
    private final Map<Table, String> tables = new HashMap<>();
    private final Map<Column, String> columns = new HashMap<>();

    TableChecks(Map<EntityName, Entity> entities, Issues issues) {
        this.entities = entities;
        this.issues = issues;
    }

    void check(EntityDraft draft) {
        Entity entity = entityOf(draft.name());
        Section section = draft.section();
        useTable(entity.store(), entity.table(), section.what(), section.placeOf("table"));
        useColumn(entity.name(), entity.identity().column(), "its id", section.placeOf("id"));
        if (entity.generalization().isEmpty()) {
            entity.version()
                    .ifPresent(column -> useColumn(entity.name(), column, "its version", section.placeOf("version")));
            entity.discriminator()
                    .ifPresent(column ->
                            useColumn(entity.name(), column, "its discriminator", section.placeOf("discriminator")));
        }
        draft.attributes()
                .forEach(attribute -> useColumn(
                        entity.name(),
                        attribute.value().column(),
                        "its attribute '" + attribute.value().name() + "'",
                        attribute.at()));
    }

    void check(Association association, Section section) {
        switch (association.storage()) {
            case Association.InColumn in ->
                useColumn(
                        association.from(),
                        in.column(),
                        "the association '" + association.name() + "'",
                        section.placeOf("column"));
            case Association.InJoinTable in ->
                useTable(
                        entityOf(association.from()).store(),
                        in.table(),
                        section.what(),
                        section.placeOf("join-table"));
        }
    }

    private void useTable(StoreName store, TableName name, String user, Position at) {
        String other = tables.putIfAbsent(new Table(store, name.toString()), user);
        if (other != null) {
            issues.error(
                    at,
                    "duplicate-table",
                    user + " would be kept in the table '" + name + "' of the store '" + store + "', like " + other
                            + ".",
                    "Give one of them another table.");
        }
    }

    private void useColumn(EntityName entity, String name, String user, Position at) {
        String other = columns.putIfAbsent(new Column(entity, name), user);
        if (other != null) {
            issues.error(
                    at,
                    "duplicate-column",
                    "In the table of '" + entity + "' the column '" + name + "' would hold both " + other + " and "
                            + user + ".",
                    "Give one of them another 'column'.");
        }
    }

    private Entity entityOf(EntityName name) {
        Entity entity = entities.get(name);
        if (entity == null) {
            throw new IllegalArgumentException("no entity " + name);
        }
        return entity;
    }
}
