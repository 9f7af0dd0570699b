package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.xpath.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of one object within a statement: its entity's, and those of the hierarchy that somebody has asked for.
 * Generalizations are joined, specializations outer-joined, so that there is one row for each object, always.
 */
final class Scope {
    private final Model model;
    private final EntityName entity;
    private final Aliases aliases;
    private final Map<EntityName, String> joined = new LinkedHashMap<>();
    private final List<String> lookups = new ArrayList<>();

    Scope(Model model, EntityName entity, Aliases aliases) {
        this.model = model;
        this.entity = entity;
        this.aliases = aliases;
        joined.put(entity, aliases.next());
    }

    /** An object whose tables stand in the statement already, under these aliases; nothing else may be asked of it. */
    Scope(Model model, EntityName entity, Aliases aliases, Map<EntityName, String> tables) {
        this.model = model;
        this.entity = entity;
        this.aliases = aliases;
        joined.putAll(tables);
    }

    EntityName entity() {
        return entity;
    }

    /** The alias of the table of an entity of this one's hierarchy, joined from now on. */
    String alias(EntityName declaring) {
        if (!model.isKindOf(entity, declaring) && !model.isKindOf(declaring, entity)) {
            throw new IllegalArgumentException(declaring + " has no table in objects of " + entity);
        }
        return joined.computeIfAbsent(declaring, _ -> aliases.next());
    }

    String column(EntityName declaring, String column) {
        return alias(declaring) + "." + Quoting.identifier(column);
    }

    String member(Member member) {
        return switch (member) {
            case Member.Id _ -> id();
            case Member.OfAttribute of ->
                column(of.declared().declaredIn(), of.attribute().column());
        };
    }

    String id() {
        return idAt(entity);
    }

    /** The text of the object's own entity's name. */
    String discriminator() {
        EntityName root = model.root(entity);
        String column = model.entity(root)
                .discriminator()
                .orElseThrow(() -> new IllegalArgumentException(root + " has specializations and no discriminator"));
        return column(root, column);
    }

    /** The alias of a subselect of at most one row that may speak of this object, looked up from now on. */
    String lookup(String select) {
        String alias = aliases.next();
        lookups.add(" LEFT JOIN LATERAL (" + select + ") " + alias + " ON true");
        return alias;
    }

    /** What stands after {@code FROM}; to be asked for last, when all tables are known. */
    String from() {
        StringBuilder text = new StringBuilder();
        joined.forEach((table, alias) -> {
            if (!table.equals(entity)) {
                text.append(model.isKindOf(entity, table) ? " JOIN " : " LEFT JOIN ");
            }
            text.append(Quoting.table(model.entity(table).table())).append(' ').append(alias);
            if (!table.equals(entity)) {
                text.append(" ON ").append(idAt(table)).append(" = ").append(id());
            }
        });
        lookups.forEach(text::append);
        return text.toString();
    }

    private String idAt(EntityName table) {
        return joined.get(table)
                + "."
                + Quoting.identifier(model.entity(table).identity().column());
    }
}
