package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.upload.StateRules;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says in the model's words why the store refused a change. Nothing of the store is told: no table, no constraint, no text of
 * its own. Asked after the change was taken back.
 */
final class StoreRefusals {
    private static final String COLUMNS = """
            SELECT t.relname AS table_name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
              FROM pg_catalog.pg_class AS i
              JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
              JOIN pg_catalog.pg_index AS x ON x.indexrelid = i.oid
              JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
              JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey)
             WHERE i.relname = $1::text AND n.nspname = $2::text
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

    Uni<Problem> explain(Change change, PgException fault) {
        String state = String.valueOf(fault.getSqlState());
        return switch (state) {
            case "23505" -> unique(change, fault);
            case "23503" -> said(foreignKey(change));
            case "23502" ->
                said(invalid(change, member(change, fault.getTable(), fault.getColumn()), "must not be empty"));
            case "22001" -> said(invalid(change, Optional.empty(), "has a text that is too long for the data store"));
            case "22003" ->
                said(invalid(change, Optional.empty(), "has a number that is out of range for the data store"));
            default -> said(invalid(change, Optional.empty(), "does not meet a rule of the data store"));
        };
    }

    private static Uni<Problem> said(Problem problem) {
        return Uni.createFrom().item(problem);
    }

    /** Store-protocol 6: an id that came into being meanwhile is {@code object-exists}, as one that was there before. */
    private Uni<Problem> unique(Change change, PgException fault) {
        if (!(change instanceof Change.Create create)) {
            return notUnique(change, fault);
        }
        return ChangeValues.run(connection, statements.inHierarchy(create.entity(), create.id()))
                .flatMap(rows -> rows.size() > 0 ? said(StateRules.exists(create)) : notUnique(change, fault));
    }

    private Uni<Problem> notUnique(Change change, PgException fault) {
        return connection
                .preparedQuery(COLUMNS)
                .execute(Tuple.of(fault.getConstraint(), fault.getSchema()))
                .map(rows -> AppliedLog.first(rows).flatMap(row -> member(change, row)))
                .map(member -> Problem.of(
                        ProblemCode.NOT_UNIQUE,
                        member.map(name -> "Another object has the same '" + name + "' as this " + change.entity()
                                        + "; it has to be unique.")
                                .orElseGet(() -> "Another object has values that have to be unique to this "
                                        + change.entity() + ".")));
    }

    private Optional<String> member(Change change, Row row) {
        String[] columns = row.getArrayOfStrings("columns");
        return columns.length == 1 ? member(change, row.getString("table_name"), columns[0]) : Optional.empty();
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

    private static Problem invalid(Change change, Optional<String> member, String what) {
        if (change instanceof Change.Delete) {
            return Problem.of(
                    ProblemCode.DELETE_PREVENTED,
                    "This " + change.entity() + " cannot be deleted: that would break a rule of the data store.");
        }
        return Problem.of(
                ProblemCode.VALIDATION_FAILED,
                member.map(name -> "'" + name + "' of this " + change.entity() + " " + what + ".")
                        .orElseGet(() -> "This " + change.entity() + " " + what + "."));
    }

    /** The member that is kept in a column, when the model knows it. */
    private Optional<String> member(Change change, @Nullable String table, @Nullable String column) {
        List<EntityName> lineage = model.lineage(change.entity()).stream()
                .filter(entity -> model.entity(entity).table().name().equals(table))
                .toList();
        Optional<String> attribute = lineage.stream()
                .flatMap(entity -> model.entity(entity).attributes().values().stream())
                .filter(candidate -> candidate.column().equals(column))
                .map(Attribute::name)
                .findFirst();
        return attribute.or(() -> model.associations().values().stream()
                .filter(association -> lineage.contains(association.from()))
                .filter(association ->
                        association.storage() instanceof Association.InColumn(var kept) && kept.equals(column))
                .map(association -> association.name().toString())
                .findFirst());
    }
}
