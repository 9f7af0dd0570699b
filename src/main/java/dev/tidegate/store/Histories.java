package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.sql.HistoryStatements;
import dev.tidegate.sql.LoggedTable;
import dev.tidegate.upload.ObjectHistory;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads from the change logs what became of objects that changes are to be merged into (store-protocol 24), many in a statement: their own
 * rows, and the pairs of those sets that the change touches. To be asked in the transaction that holds the objects' locks, so that
 * nothing is missing at the end.
 */
final class Histories {
    private final Model model;

    Histories(Model model) {
        this.model = model;
    }

    /** An update, and the version of its object that is stored. */
    record Asked(Change.Update update, String stored) {}

    /** What is read of one object; up to {@code cut} something may be missing. */
    private static final class Found {
        private final Asked asked;
        private final List<LogRow> rows = new ArrayList<>();
        private long cut;

        Found(Asked asked) {
            this.asked = asked;
        }

        void cutAt(long seq) {
            cut = Math.max(cut, seq);
        }

        /** A log that has more to tell than was read. */
        void add(List<LogRow> some) {
            if (some.size() >= HistoryStatements.MOST) {
                cutAt(some.getFirst().seq());
            }
            rows.addAll(some);
        }

        List<LogRow> told() {
            return rows.stream()
                    .filter(row -> row.seq() > cut)
                    .sorted(Comparator.comparingLong(LogRow::seq))
                    .toList();
        }
    }

    /** In the order of what is asked; no object may be asked for twice. An empty history is one that nothing is known of. */
    Uni<List<ObjectHistory>> of(SqlConnection connection, List<Asked> asked) {
        List<Found> found = asked.stream().map(Found::new).toList();
        List<String> logs = asked.stream().flatMap(this::logs).distinct().toList();
        return ChangeValues.run(connection, HistoryStatements.registry(logs))
                .map(LogRegistry::new)
                .flatMap(registry -> InARow.all(reads(connection, logged(found, registry), registry)))
                .map(_ -> found.stream().map(this::history).toList());
    }

    private List<Found> logged(List<Found> found, LogRegistry registry) {
        return found.stream()
                .filter(one -> logs(one.asked).allMatch(registry::has))
                .toList();
    }

    private ObjectHistory history(Found found) {
        return Stages.of(model, found.asked.update().entity(), found.asked.stored(), found.told());
    }

    private Stream<String> logs(Asked asked) {
        return Stream.concat(
                Stream.of(LoggedTable.logOf(model, asked.update().entity())),
                sets(asked).map(end -> LoggedTable.logOf(end.association())));
    }

    private static Stream<OwnedEnd> sets(Asked asked) {
        return asked.update().members().stream()
                .flatMap(member -> member.ownedEnd().stream())
                .filter(end -> end.association().storage() instanceof Association.InJoinTable);
    }

    /** Barriers last: one that comes in between is seen then. */
    private List<Uni<Void>> reads(SqlConnection connection, List<Found> found, LogRegistry registry) {
        List<Uni<Void>> reads = new ArrayList<>();
        List<Uni<Void>> barriers = new ArrayList<>();
        grouped(found, one -> Stream.of(model.root(one.update().entity()))).forEach((root, of) -> {
            reads.add(ChangeValues.run(connection, HistoryStatements.ofObjects(model, root, ids(of)))
                    .invoke(rows -> deal(rows, of, row -> ofObject(row, registry)))
                    .replaceWithVoid());
            barriers.add(ChangeValues.run(connection, HistoryStatements.barrier(model, root))
                    .invoke(rows -> cut(rows, of))
                    .replaceWithVoid());
        });
        grouped(found, Histories::sets).forEach((end, of) -> {
            reads.add(ChangeValues.run(connection, HistoryStatements.ofPairs(model, end, ids(of)))
                    .invoke(rows -> deal(rows, of, row -> ofPair(row, end)))
                    .replaceWithVoid());
            barriers.add(ChangeValues.run(connection, HistoryStatements.barrier(end.association()))
                    .invoke(rows -> cut(rows, of))
                    .replaceWithVoid());
        });
        reads.addAll(barriers);
        return reads;
    }

    private static <K> Map<K, List<Found>> grouped(List<Found> found, Function<Asked, Stream<K>> by) {
        Map<K, List<Found>> groups = new LinkedHashMap<>();
        found.forEach(one -> by.apply(one.asked)
                .distinct()
                .forEach(key ->
                        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(one)));
        return groups;
    }

    private static List<Object> ids(List<Found> of) {
        return of.stream().map(one -> one.asked.update().id()).toList();
    }

    private static void deal(Iterable<Row> rows, List<Found> of, Function<Row, LogRow> read) {
        Map<Integer, List<LogRow>> places = new HashMap<>();
        for (Row row : rows) {
            places.computeIfAbsent(row.getLong("place").intValue(), _ -> new ArrayList<>())
                    .add(read.apply(row));
        }
        places.forEach((place, told) -> of.get(place - 1).add(told));
    }

    private static void cut(Iterable<Row> rows, List<Found> of) {
        long barrier = rows.iterator().next().getLong(0);
        of.forEach(one -> one.cutAt(barrier));
    }

    private static LogRow ofObject(Row row, LogRegistry registry) {
        int source = row.getInteger("source");
        return new LogRow.OfObject(
                row.getLong("seq"),
                row.getString("writer"),
                registry.source(source),
                !"U".equals(row.getString("kind")),
                registry.changed(source, row.getLong("changed")),
                Optional.ofNullable(row.getString("version_before")),
                Optional.ofNullable(row.getString("version_after")));
    }

    private LogRow ofPair(Row row, OwnedEnd end) {
        return new LogRow.OfPair(
                row.getLong("seq"),
                row.getString("writer"),
                end.association().name(),
                Objects.requireNonNull(
                        ChangeValues.read(row, row.getColumnIndex("element"), model.idType(end.target()))));
    }
}
