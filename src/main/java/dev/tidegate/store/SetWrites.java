package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.ChangeStatements.Cell;
import dev.tidegate.sql.SetStatements;
import dev.tidegate.sql.SetStatements.Column;
import dev.tidegate.sql.SetStatements.Line;
import dev.tidegate.sql.SqlStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says how many changes are written at once: a statement for each table and set of written columns. Only for changes that
 * concern nothing but their object's own rows.
 */
final class SetWrites {
    private static final Comparator<Cell> BY_COLUMN = Comparator.comparing(Cell::column);

    private final Model model;
    private final SetStatements sets;
    private final ChangeStatements statements;
    private final OwnRows ownRows;
    private final Deletion deletion;

    SetWrites(Model model) {
        this.model = model;
        this.sets = new SetStatements(model);
        this.statements = new ChangeStatements(model);
        this.ownRows = new OwnRows(model);
        this.deletion = new Deletion(model, statements);
    }

    /** Rows of one table that get the same columns; {@code own} is the entity whose name new ones carry. */
    private record Form(EntityName table, EntityName own, List<Column> columns) {}

    /** Whether a change can be written together with others. */
    boolean takes(Change change) {
        return !FilledChanges.isToBeFilled(change) && isOfOwnRows(change);
    }

    private boolean isOfOwnRows(Change change) {
        return switch (change) {
            case Change.Create create -> OwnRows.holdAll(create.members());
            case Change.Update update -> !update.members().isEmpty() && OwnRows.holdAll(update.members());
            case Change.Delete delete -> deletion.isAlone(delete.entity());
        };
    }

    /** In an order in which what is freed comes before what may take it, and a generalization's row before the others. */
    List<SqlStatement> statements(List<Change> changes) {
        Map<EntityName, List<Object>> gone = new LinkedHashMap<>();
        Map<Form, List<Line>> changed = new LinkedHashMap<>();
        Map<Form, List<Line>> made = new LinkedHashMap<>();
        for (Change change : byId(changes)) {
            switch (change) {
                case Change.Create create -> make(create, made);
                case Change.Update update ->
                    ownRows.cells(update.members())
                            .forEach((table, cells) -> add(changed, table, table, update.id(), cells));
                case Change.Delete delete ->
                    gone.computeIfAbsent(delete.entity(), _ -> new ArrayList<>())
                            .add(delete.id());
            }
        }
        List<SqlStatement> all = new ArrayList<>();
        gone.forEach((entity, ids) -> model.lineage(entity).forEach(table -> all.add(statements.delete(table, ids))));
        sorted(changed).forEach(form -> all.add(sets.update(form.table(), form.columns(), lines(changed, form))));
        sorted(made).forEach(form -> all.add(sets.insert(form.table(), form.own(), form.columns(), lines(made, form))));
        return all;
    }

    private void make(Change.Create create, Map<Form, List<Line>> made) {
        Map<EntityName, List<Cell>> cells = ownRows.cells(create.members());
        for (EntityName table : model.lineage(create.entity())) {
            add(made, table, create.entity(), create.id(), cells.getOrDefault(table, List.of()));
        }
    }

    /** Two groups that make the same objects, or take the same unique values with them, do so in one order. */
    @SuppressWarnings("unchecked") // ids of one type compare; of two types, their names do
    private static List<Change> byId(List<Change> changes) {
        return changes.stream()
                .sorted(Comparator.comparing(Change::entity).thenComparing(change -> (Comparable<Object>) change.id()))
                .toList();
    }

    private static void add(
            Map<Form, List<Line>> lines, EntityName table, EntityName own, Object id, List<Cell> unordered) {
        List<Cell> cells = new ArrayList<>(unordered);
        cells.sort(BY_COLUMN);
        List<Column> columns = new ArrayList<>(cells.size());
        List<@Nullable Object> values = new ArrayList<>(cells.size());
        for (Cell cell : cells) {
            columns.add(new Column(cell.column(), cell.type()));
            values.add(cell.value());
        }
        lines.computeIfAbsent(new Form(table, own, columns), _ -> new ArrayList<>())
                .add(new Line(id, values));
    }

    private List<Form> sorted(Map<Form, List<Line>> lines) {
        return lines.keySet().stream()
                .sorted(Comparator.comparingInt(
                                (Form form) -> model.lineage(form.table()).size())
                        .thenComparing(Form::table))
                .toList();
    }

    private static List<Line> lines(Map<Form, List<Line>> lines, Form form) {
        return lines.getOrDefault(form, List.of());
    }
}
