package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The triggers that raise version columns, so that other writers raise them too (store-protocol 23): on a root's table, on
 * the other tables of its hierarchy, and on join tables whose pairs its objects list.
 *
 * <p>Store-protocol 8: functions are {@code SECURITY DEFINER} with a fixed search path and no right for PUBLIC to call them,
 * so a user's own write never fails because of them.
 */
final class VersionTriggers {
    private final Model model;
    private final StoreName store;

    VersionTriggers(Model model, StoreName store) {
        this.model = model;
        this.store = store;
    }

    /** Quoted table (and the trigger's name behind a blank) to the statements that install the trigger. */
    Map<String, String> byTable() {
        Map<String, String> triggers = new LinkedHashMap<>();
        for (Entity entity : model.entities().values()) {
            if (entity.store().equals(store) && entity.version().isPresent()) {
                onEntity(entity, triggers);
            }
        }
        for (Association association : model.associations().values()) {
            if (association.storage() instanceof Association.InJoinTable pairs) {
                onPairs(association, pairs, triggers);
            }
        }
        return triggers;
    }

    private void onEntity(Entity entity, Map<String, String> triggers) {
        Entity root = model.entity(model.root(entity.name()));
        String column = Quoting.identifier(root.version().orElseThrow());
        String table = Quoting.table(entity.table());
        if (root.name().equals(entity.name())) {
            String body = "IF TG_OP = 'INSERT' THEN NEW." + column + " := coalesce(NEW." + column + ", 1); ELSE NEW."
                    + column + " := coalesce(OLD." + column + ", 0) + 1; END IF; RETURN NEW;";
            add(triggers, table, "tidegate_version", "BEFORE INSERT OR UPDATE", body);
        } else {
            String body =
                    raise(root, "NEW." + Quoting.identifier(root.identity().column())) + " RETURN NULL;";
            add(triggers, table, "tidegate_version", "AFTER UPDATE", body);
        }
    }

    private void onPairs(Association association, Association.InJoinTable pairs, Map<String, String> triggers) {
        List<String> raised = new ArrayList<>();
        raised.addAll(raiseEnd(association.from(), pairs.fromColumn()));
        if (association.bothOwn()) {
            raised.addAll(raiseEnd(association.to(), pairs.toColumn()));
        }
        if (!raised.isEmpty()) {
            String body = String.join(" ", raised) + " RETURN NULL;";
            add(triggers, Quoting.table(pairs.table()), "tidegate_version", "AFTER INSERT OR UPDATE OR DELETE", body);
        }
    }

    private List<String> raiseEnd(EntityName end, String column) {
        Entity root = model.entity(model.root(end));
        if (root.version().isEmpty() || !root.store().equals(store)) {
            return List.of();
        }
        String quoted = Quoting.identifier(column);
        return List.of(
                "IF TG_OP <> 'INSERT' THEN " + raise(root, "OLD." + quoted) + " END IF;",
                "IF TG_OP <> 'DELETE' THEN " + raise(root, "NEW." + quoted) + " END IF;");
    }

    private static String raise(Entity root, String id) {
        String column = Quoting.identifier(root.version().orElseThrow());
        return "UPDATE " + Quoting.table(root.table()) + " SET " + column + " = " + column + " WHERE "
                + Quoting.identifier(root.identity().column()) + " = " + id + ";";
    }

    private static void add(Map<String, String> triggers, String table, String trigger, String when, String body) {
        String function = "tidegate."
                + Quoting.identifier("version_"
                        + UUID.nameUUIDFromBytes(table.getBytes(StandardCharsets.UTF_8))
                                .toString()
                                .replace("-", ""));
        triggers.put(
                table + " " + trigger,
                "CREATE OR REPLACE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                        + "SET search_path FROM CURRENT AS $tidegate$ BEGIN " + body + " END; $tidegate$;\n"
                        + "REVOKE ALL ON FUNCTION " + function + "() FROM PUBLIC;\n"
                        + "CREATE TRIGGER " + trigger + " " + when + " ON " + table + " FOR EACH ROW EXECUTE FUNCTION "
                        + function + "();\n"
                        + "ALTER TABLE " + table + " ENABLE ALWAYS TRIGGER " + trigger + ";");
    }
}
