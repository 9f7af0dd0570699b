package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import java.util.ArrayList;
import java.util.List;

/**
 * The triggers that raise version columns, so that other writers raise them too (store-protocol 23): on a root's table, on
 * the other tables of its hierarchy, and on join tables whose pairs its objects list.
 */
final class VersionTriggers {
    private static final String BEFORE = "tidegate_before";
    private static final String AFTER = "tidegate_after";

    private final Model model;
    private final StoreName store;

    VersionTriggers(Model model, StoreName store) {
        this.model = model;
        this.store = store;
    }

    List<VersionTrigger> all() {
        List<VersionTrigger> triggers = new ArrayList<>();
        for (Entity entity : model.entities().values()) {
            if (entity.store().equals(store) && entity.version().isPresent()) {
                triggers.add(ofEntity(entity));
            }
        }
        for (Association association : model.associations().values()) {
            if (association.storage() instanceof Association.InJoinTable pairs) {
                triggers.addAll(ofPairs(association, pairs));
            }
        }
        return triggers;
    }

    private VersionTrigger ofEntity(Entity entity) {
        Entity root = model.entity(model.root(entity.name()));
        String table = Quoting.table(entity.table());
        if (!root.name().equals(entity.name())) {
            return raising(
                    table,
                    VersionTrigger.Event.UPDATE,
                    List.of(raise(root, root.identity().column(), AFTER)),
                    AFTER);
        }
        String column = Quoting.identifier(root.version().orElseThrow());
        String body = "IF TG_OP = 'INSERT' THEN NEW." + column + " := coalesce(NEW." + column + ", 1); ELSE NEW."
                + column + " := coalesce(OLD." + column + ", 0) + 1; END IF; RETURN NEW;";
        return new VersionTrigger(table, VersionTrigger.Event.ROW, body);
    }

    private List<VersionTrigger> ofPairs(Association association, Association.InJoinTable pairs) {
        String table = Quoting.table(pairs.table());
        List<String> added = raiseEnds(association, pairs, AFTER);
        if (added.isEmpty()) {
            return List.of();
        }
        List<String> removed = raiseEnds(association, pairs, BEFORE);
        List<String> both = new ArrayList<>(removed);
        both.addAll(added);
        return List.of(
                raising(table, VersionTrigger.Event.INSERT, added, AFTER),
                raising(table, VersionTrigger.Event.UPDATE, both, AFTER),
                raising(table, VersionTrigger.Event.DELETE, removed, BEFORE));
    }

    private List<String> raiseEnds(Association association, Association.InJoinTable pairs, String rows) {
        List<String> raised = new ArrayList<>(raiseEnd(association.from(), pairs.fromColumn(), rows));
        if (association.bothOwn()) {
            raised.addAll(raiseEnd(association.to(), pairs.toColumn(), rows));
        }
        return raised;
    }

    private List<String> raiseEnd(EntityName end, String column, String rows) {
        Entity root = model.entity(model.root(end));
        return root.version().isEmpty() || !root.store().equals(store) ? List.of() : List.of(raise(root, column, rows));
    }

    /** By an array of ids, so that the index of the root's table serves one row and many. */
    private static String raise(Entity root, String column, String rows) {
        String version = Quoting.identifier(root.version().orElseThrow());
        return "UPDATE " + Quoting.table(root.table()) + " SET " + version + " = " + version + " WHERE "
                + Quoting.identifier(root.identity().column()) + " = ANY (ARRAY(SELECT DISTINCT "
                + Quoting.identifier(column) + " FROM " + rows + "));";
    }

    private static VersionTrigger raising(String table, VersionTrigger.Event event, List<String> raises, String rows) {
        return new VersionTrigger(
                table,
                event,
                "IF EXISTS (SELECT FROM " + rows + ") THEN " + String.join(" ", raises) + " END IF; RETURN NULL;");
    }
}
