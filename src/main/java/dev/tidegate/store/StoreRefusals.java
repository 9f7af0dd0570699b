package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.policy.StateProblems;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.sql.ChangeStatements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in the model's words why the store refused a change. Nothing of the store is told: no table, no constraint, no text of
 * its own. Asked after the change was taken back.
 */
final class StoreRefusals {
    /** The key columns of a unique index, those that its expressions are made of included. */
    private static final String COLUMNS = """
            SELECT t.relname AS table_name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
              FROM pg_catalog.pg_class AS i
              JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
              JOIN pg_catalog.pg_index AS x ON x.indexrelid = i.oid
              JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
              JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
               AND (a.attnum = ANY((x.indkey::int2[])[0:x.indnkeyatts - 1])
                    OR (x.indexprs IS NOT NULL
                        AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                                     WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.oid
                                       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid
                                       AND d.refobjsubid = a.attnum)))
             WHERE i.relname = $1::text AND n.nspname = $2::text
               -- What a condition of the index reads cannot be told from what its expressions do.
               AND (x.indexprs IS NULL OR x.indpred IS NULL)
             GROUP BY t.relname
            """;

    private final Model model;
    private final ChangeStatements statements;
    private final SqlConnection connection;

    StoreRefusals(Model model, SqlConnection connection) {
        this.model = model;
        this.statements = new ChangeStatements(model);
        this.connection = connection;
    }

    /** @param pointer where the change stands in the body */
    Uni<Problem> explain(Change change, PgException fault, String pointer) {
        String state = String.valueOf(fault.getSqlState());
        return switch (state) {
            case "23505" -> unique(change, fault, pointer);
            case "23503" -> said(foreignKey(change));
            case "23502" ->
                said(member(change, fault.getTable(), fault.getColumn())
                        .map(member -> empty(change, member, pointer))
                        .orElseGet(() -> invalid(change, "has something empty that must not be")));
            case "22001" -> said(invalid(change, "has a text that is too long for the data store"));
            case "22003" -> said(invalid(change, "has a number that is out of range for the data store"));
            case "54000" -> said(invalid(change, "has a value that is too large for the data store"));
            default -> said(invalid(change, "does not meet a rule of the data store"));
        };
    }

    private static Uni<Problem> said(Problem problem) {
        return Uni.createFrom().item(problem);
    }

    /** Store-protocol 6: an id that came into being meanwhile is {@code object-exists}, as one that was there before. */
    private Uni<Problem> unique(Change change, PgException fault, String pointer) {
        if (!(change instanceof Change.Create create)) {
            return notUnique(change, fault, pointer);
        }
        return ChangeValues.run(connection, statements.inHierarchy(create.entity(), List.of(create.id())))
                .flatMap(rows ->
                        rows.size() > 0 ? said(StateProblems.exists(create)) : notUnique(change, fault, pointer));
    }

    private Uni<Problem> notUnique(Change change, PgException fault, String pointer) {
        return connection
                .preparedQuery(COLUMNS)
                .execute(Tuple.of(fault.getConstraint(), fault.getSchema()))
                .map(rows -> AppliedLog.first(rows)
                        .map(row -> members(change, row))
                        .filter(members -> !members.isEmpty())
                        .map(members -> sameValues(change, members, pointer))
                        .orElseGet(() -> Problem.of(
                                ProblemCode.NOT_UNIQUE,
                                "Another object has values that have to be unique to this " + change.entity() + ".")));
    }

    /** Those of the members that the change writes. */
    private List<Kept> members(Change change, Row row) {
        Set<String> written =
                Change.members(change).stream().map(MemberValue::member).collect(Collectors.toSet());
        return Arrays.stream(row.getArrayOfStrings("columns"))
                .flatMap(column -> member(change, row.getString("table_name"), column).stream())
                .filter(member -> written.contains(member.name()))
                .toList();
    }

    private static Problem sameValues(Change change, List<Kept> members, String pointer) {
        String names = members.stream().map(member -> "'" + member.name() + "'").collect(Collectors.joining(" and "));
        String detail = "Another object has the same " + names + " as this " + change.entity() + "; "
                + (members.size() == 1 ? "it has to be unique." : "together they have to be unique.");
        return Problem.of(members.stream()
                .map(member -> Violation.at(member.under(pointer), ProblemCode.NOT_UNIQUE, detail))
                .toList());
    }

    private static Problem foreignKey(Change change) {
        return change instanceof Change.Delete
                ? Problem.of(
                        ProblemCode.DELETE_PREVENTED,
                        "This " + change.entity() + " cannot be deleted while something else refers to it.")
                : Problem.of(
                        ProblemCode.DANGLING_REFERENCE,
                        "This " + change.entity() + " refers to something that does not exist. Create that first.");
    }

    private static Problem empty(Change change, Kept member, String pointer) {
        return change instanceof Change.Delete
                ? invalid(change, "")
                : Problem.of(List.of(Violation.at(
                        member.under(pointer),
                        ProblemCode.VALIDATION_FAILED,
                        "'" + member.name() + "' of this " + change.entity() + " must not be empty.")));
    }

    private static Problem invalid(Change change, String what) {
        return change instanceof Change.Delete
                ? Problem.of(
                        ProblemCode.DELETE_PREVENTED,
                        "This " + change.entity() + " cannot be deleted: that would break a rule of the data store.")
                : Problem.of(ProblemCode.VALIDATION_FAILED, "This " + change.entity() + " " + what + ".");
    }

    /** A member that the model keeps in a column, and the part of a body in which it stands. */
    private record Kept(String part, String name) {
        String under(String pointer) {
            return pointer + "/" + part + "/" + name;
        }
    }

    private Optional<Kept> member(Change change, @Nullable String table, @Nullable String column) {
        List<EntityName> lineage = model.lineage(change.entity()).stream()
                .filter(entity -> model.entity(entity).table().name().equals(table))
                .toList();
        Optional<Kept> attribute = lineage.stream()
                .flatMap(entity -> model.entity(entity).attributes().values().stream())
                .filter(candidate -> candidate.column().equals(column))
                .map(found -> new Kept("attributes", found.name()))
                .findFirst();
        return attribute.or(() -> model.associations().values().stream()
                .filter(association -> lineage.contains(association.from()))
                .filter(association ->
                        association.storage() instanceof Association.InColumn(var kept) && kept.equals(column))
                .map(association -> new Kept("associations", association.name().toString()))
                .findFirst());
    }
}
