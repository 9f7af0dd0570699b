package dev.tidegate.store;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.sql.LoggedTable;
import dev.tidegate.upload.Differences;
import dev.tidegate.upload.ObjectHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes an object's history of rows of the change logs: rows that one subtransaction wrote without another in between are one
 * stage, since nobody else has seen the object within it. Pure.
 *
 * <p>Versions (store-protocol 23) are those of the version column. Without one they are the {@code xmin} of all the object's rows: these are
 * known at the end, and going back from there each row of the log says what the one before it of the same table was.
 */
final class Stages {
    private final List<List<LogRow>> runs = new ArrayList<>();

    private Stages(List<LogRow> rows) {
        for (LogRow row : rows) {
            if (runs.isEmpty() || !runs.getLast().getLast().writer().equals(row.writer())) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(row);
        }
    }

    /**
     * The history of an object.
     *
     * @param rows ordered, without gaps
     */
    static ObjectHistory of(Model model, EntityName entity, String stored, List<LogRow> rows) {
        Stages stages = new Stages(rows);
        EntityName root = model.root(entity);
        return new ObjectHistory(
                model.entity(root).version().isPresent()
                        ? stages.byColumn(LoggedTable.sourceOf(root))
                        : stages.byRows(tables(model, entity), stored));
    }

    /** In the order of the version's parts. */
    private static List<String> tables(Model model, EntityName entity) {
        return model.lineage(entity).stream()
                .sorted(Comparator.comparingInt(name -> model.lineage(name).size()))
                .map(LoggedTable::sourceOf)
                .toList();
    }

    private List<ObjectHistory.Stage> byColumn(String root) {
        List<ObjectHistory.Stage> stages = new ArrayList<>();
        Optional<String> version = Optional.empty();
        for (List<LogRow> run : runs) {
            List<LogRow.OfObject> telling = ofTable(run, root);
            Optional<String> before =
                    telling.isEmpty() ? version : telling.getFirst().before();
            version = telling.isEmpty() ? version : telling.getLast().after();
            stages.add(stage(run, before, version));
        }
        return stages;
    }

    private List<ObjectHistory.Stage> byRows(List<String> tables, String stored) {
        List<String> parts = Arrays.asList(stored.split("\\.", -1));
        if (parts.size() != tables.size()) {
            return List.of();
        }
        Map<String, String> version = new TreeMap<>();
        for (int i = 0; i < parts.size(); i++) {
            version.put(tables.get(i), parts.get(i));
        }
        List<ObjectHistory.Stage> stages = new ArrayList<>();
        for (int i = runs.size() - 1; i >= 0; i--) {
            Optional<String> after = text(tables, version);
            for (String table : tables) {
                List<LogRow.OfObject> own = ofTable(runs.get(i), table);
                if (!own.isEmpty() && !own.getLast().writer().equals(version.get(table))) {
                    // The table was written and the log does not know of it.
                    return List.of();
                }
                if (!own.isEmpty()) {
                    writerBefore(i, table)
                            .ifPresentOrElse(writer -> version.put(table, writer), () -> version.remove(table));
                }
            }
            if (isAnew(runs.get(i))) {
                version.clear();
            }
            stages.addFirst(stage(runs.get(i), text(tables, version), after));
            if (isAnew(runs.get(i))) {
                return stages;
            }
        }
        return stages;
    }

    private static Optional<String> text(List<String> tables, Map<String, String> version) {
        return tables.stream().allMatch(version::containsKey)
                ? Optional.of(tables.stream()
                        .map(table -> Objects.requireNonNull(version.get(table)))
                        .collect(Collectors.joining(".")))
                : Optional.empty();
    }

    private Optional<String> writerBefore(int run, String table) {
        for (int i = run - 1; i >= 0; i--) {
            List<LogRow.OfObject> own = ofTable(runs.get(i), table);
            if (!own.isEmpty()) {
                return Optional.of(own.getLast().writer());
            }
        }
        return Optional.empty();
    }

    private static List<LogRow.OfObject> ofTable(List<LogRow> run, String table) {
        return run.stream()
                .flatMap(row ->
                        row instanceof LogRow.OfObject own && own.source().equals(table)
                                ? Stream.of(own)
                                : Stream.empty())
                .toList();
    }

    private static boolean isAnew(List<LogRow> run) {
        return run.stream().anyMatch(row -> row instanceof LogRow.OfObject own && own.anew());
    }

    private static ObjectHistory.Stage stage(List<LogRow> run, Optional<String> before, Optional<String> after) {
        return new ObjectHistory.Stage(
                before,
                after,
                run.stream().map(LogRow::differences).reduce(Differences.NONE, Differences::and),
                isAnew(run));
    }
}
