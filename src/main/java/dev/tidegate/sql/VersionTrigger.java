package dev.tidegate.sql;

import java.util.List;

/**
 * A trigger by which a version column follows changes (store-protocol 23), and its function. The function's name changes with what it
 * does, so that where the trigger calls it, all is as it should be.
 *
 * <p>Store-protocol 8: functions are {@code SECURITY DEFINER} with a fixed search path and no right for PUBLIC to call them,
 * so a user's own write never fails because of them.
 *
 * @param table quoted
 * @param body of the function, in PL/pgSQL
 */
public record VersionTrigger(String table, Event event, String body) {

    /**
     * Those on whole statements stand on every partition. Their names come after those of the log's triggers, so that the log
     * hears of a change before it hears of the version that the change leads to.
     */
    enum Event {
        ROW("tidegate_version", "BEFORE INSERT OR UPDATE ON %s FOR EACH ROW"),
        INSERT(
                "tidegate_version_insert",
                "AFTER INSERT ON %s REFERENCING NEW TABLE AS tidegate_after FOR EACH STATEMENT"),
        UPDATE(
                "tidegate_version_update",
                "AFTER UPDATE ON %s REFERENCING OLD TABLE AS tidegate_before NEW TABLE AS tidegate_after"
                        + " FOR EACH STATEMENT"),
        DELETE(
                "tidegate_version_delete",
                "AFTER DELETE ON %s REFERENCING OLD TABLE AS tidegate_before FOR EACH STATEMENT");

        private final String trigger;
        private final String clause;

        Event(String trigger, String clause) {
            this.trigger = trigger;
            this.clause = clause;
        }
    }

    public String name() {
        return event.trigger;
    }

    /** By its bare name, in schema {@code tidegate}. */
    public String function() {
        return "version_" + LogNames.digest(table + event + body);
    }

    /** Whether partitions and children need one of their own. */
    public boolean isOnEveryRelation() {
        return event != Event.ROW;
    }

    /** The session's search path becomes the function's. */
    public List<String> createFunction() {
        String function = LogStatements.log(function()) + "()";
        return List.of(
                "CREATE OR REPLACE FUNCTION " + function + " RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                        + "SET search_path FROM CURRENT AS $tidegate$ BEGIN " + body + " END; $tidegate$",
                "REVOKE ALL ON FUNCTION " + function + " FROM PUBLIC");
    }

    /**
     * Puts the trigger on a relation, also where another form of it stands.
     *
     * @param relation the table or a partition of it, quoted
     */
    public List<String> createOn(String relation) {
        return List.of(
                "CREATE OR REPLACE TRIGGER " + name() + " " + event.clause.formatted(relation) + " EXECUTE FUNCTION "
                        + LogStatements.log(function()) + "()",
                "ALTER TABLE " + (isOnEveryRelation() ? "ONLY " : "") + relation + " ENABLE ALWAYS TRIGGER " + name());
    }
}
