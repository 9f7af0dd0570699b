package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.WatchedEntities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A table of the users whose changes go into a log of the gateway (store-protocol 7). All entities of a hierarchy share the log of their
 * root; a join table has one of its own, with both ids. Names are those of the model: what is in the store, {@link FoundTable}
 * tells.
 */
public sealed interface LoggedTable {

    /** The log in schema {@code tidegate}, by its bare name. */
    String log();

    /** What the rows of this table say that they come from: stays the same however the table is called. */
    String source();

    /** The table, quoted. */
    String table();

    /** The column of the log to the column of the table that it holds; an object is known by them. */
    List<Key> keys();

    List<Member> members();

    /** {@code log}: the log's column; {@code column}: the table's. */
    record Key(String log, String column) {}

    /** Something that changes by itself; where {@code filter}, the log keeps what it was. */
    record Member(String name, String column, boolean filter) {}

    /** The table of one entity; {@code version} is that of the root, and stands in its table only. */
    record OfEntity(String log, String source, String table, String id, Optional<String> version, List<Member> members)
            implements LoggedTable {
        public OfEntity {
            members = List.copyOf(members);
        }

        @Override
        public List<Key> keys() {
            return List.of(new Key("id", id));
        }
    }

    record OfPairs(String log, String source, String table, String from, String to) implements LoggedTable {
        @Override
        public List<Key> keys() {
            return List.of(new Key("from_id", from), new Key("to_id", to));
        }

        @Override
        public List<Member> members() {
            return List.of();
        }
    }

    /** The log of a hierarchy, by any of its entities. */
    static String logOf(Model model, EntityName entity) {
        return LogNames.log(model.root(entity).toString());
    }

    static String logOf(Association pairs) {
        return LogNames.log(pairs.name().toString());
    }

    static String sourceOf(EntityName entity) {
        return "entity " + entity;
    }

    static String sourceOf(Association pairs) {
        return "pairs " + pairs.name();
    }

    /** All that are to be logged in a store: roots before their specializations, join tables last. */
    static List<LoggedTable> of(Model model, WatchedEntities watched, StoreName store) {
        List<LoggedTable> tables = new ArrayList<>();
        watched.entities().entrySet().stream()
                .filter(entry -> model.entity(entry.getKey()).store().equals(store))
                .sorted(Comparator.comparing(
                        entry -> model.entity(entry.getKey()).generalization().isPresent()))
                .forEach(entry -> tables.add(ofEntity(model, model.entity(entry.getKey()), entry.getValue())));
        model.associations().values().stream()
                .filter(association -> watched.pairs().contains(association.name()))
                .filter(association -> model.entity(association.from()).store().equals(store))
                .forEach(association -> {
                    if (association.storage() instanceof Association.InJoinTable pairs) {
                        tables.add(new OfPairs(
                                logOf(association),
                                sourceOf(association),
                                Quoting.table(pairs.table()),
                                pairs.fromColumn(),
                                pairs.toColumn()));
                    }
                });
        return List.copyOf(tables);
    }

    private static LoggedTable ofEntity(Model model, Entity entity, WatchedEntities.Filters filters) {
        List<Member> members = new ArrayList<>();
        entity.attributes()
                .values()
                .forEach(attribute -> members.add(new Member(
                        attribute.name(),
                        attribute.column(),
                        filters.attributes().contains(attribute.name()))));
        for (Association association : model.associations().values()) {
            if (association.from().equals(entity.name())
                    && association.storage() instanceof Association.InColumn(var column)) {
                members.add(new Member(
                        association.name().toString(),
                        column,
                        filters.references().contains(association.name())));
            }
        }
        return new OfEntity(
                logOf(model, entity.name()),
                sourceOf(entity.name()),
                Quoting.table(entity.table()),
                entity.identity().column(),
                entity.version().filter(_ -> entity.generalization().isEmpty()),
                members);
    }
}
