package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import java.util.Collection;
import java.util.List;

/**
 * Reads what the change logs tell of single objects (store-protocol 24): their rows, oldest first, with {@code place}
 * as the object's place among those asked for, from one, and {@code writer} as the subtransaction that wrote. Of an object with a very
 * long history only the end is read.
 */
public final class HistoryStatements {
    /** Rows of one object. */
    public static final int MOST = 500;

    private HistoryStatements() {}

    /** What the logs of a store know: a row for each member that changes by itself, and one for each source without any. */
    public static SqlStatement registry(Collection<String> logs) {
        return SqlStatement.of("""
                SELECT s.log, s.number::int4, s.source, m.member, m.bit::int4
                  FROM tidegate.log_source s LEFT JOIN tidegate.log_member m ON m.source = s.number
                 WHERE s.log = ANY ($1::text[]) AND to_regclass('tidegate.' || quote_ident(s.log)) IS NOT NULL
                """, logs.toArray(String[]::new));
    }

    /** Of objects of one hierarchy, by their own rows. */
    public static SqlStatement ofObjects(Model model, EntityName entity, Collection<?> ids) {
        ValueType type = model.idType(entity);
        String log = LogStatements.log(LoggedTable.logOf(model, entity));
        return SqlStatement.of("""
            SELECT o.place, l.* FROM unnest($1::%1$s[]) WITH ORDINALITY AS o(id, place)
             CROSS JOIN LATERAL (
                SELECT seq, source::int4, kind::text, changed, version_before, version_after, xmin::text AS writer
                  FROM %2$s WHERE id = o.id ORDER BY seq DESC LIMIT %3$d) AS l
             ORDER BY o.place, l.seq
            """.formatted(Quoting.type(type), log, MOST), type.array(ids));
    }

    /** Of pairs that objects at this end of a join table stand in. */
    public static SqlStatement ofPairs(Model model, OwnedEnd end, Collection<?> ids) {
        Association association = end.association();
        boolean forward = end.direction() == Direction.FORWARD;
        ValueType type = model.idType(end.source());
        return SqlStatement.of(
                """
            SELECT o.place, l.* FROM unnest($1::%1$s[]) WITH ORDINALITY AS o(id, place)
             CROSS JOIN LATERAL (
                SELECT seq, %2$s::%3$s AS element, xmin::text AS writer
                  FROM %4$s WHERE %5$s = o.id ORDER BY seq DESC LIMIT %6$d) AS l
             ORDER BY o.place, l.seq
            """.formatted(
                                Quoting.type(type),
                                forward ? "to_id" : "from_id",
                                Quoting.type(model.idType(end.target())),
                                LogStatements.log(LoggedTable.logOf(association)),
                                forward ? "from_id" : "to_id",
                                MOST),
                type.array(ids));
    }

    /** Up to where a log may have missed something. */
    public static SqlStatement barrier(Model model, EntityName entity) {
        return barrier(LoggedTable.logOf(model, entity), "id");
    }

    public static SqlStatement barrier(Association pairs) {
        return barrier(LoggedTable.logOf(pairs), "from_id");
    }

    private static SqlStatement barrier(String log, String key) {
        return new SqlStatement(
                "SELECT coalesce((SELECT seq FROM " + LogStatements.log(log) + " WHERE " + key
                        + " IS NULL ORDER BY seq DESC LIMIT 1), 0)",
                List.of());
    }
}
