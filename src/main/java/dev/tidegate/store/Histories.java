package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
        private final List<LogRow> rows = new ArrayList<>();
        private long cut;

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
        Set<String> logs = new LinkedHashSet<>();
        asked.forEach(one -> logs(one).forEach(logs::add));
        return ChangeValues.run(connection, HistoryStatements.registry(logs))
                .map(LogRegistry::new)
                .flatMap(registry -> {
                    Map<Asked, Found> found = new LinkedHashMap<>();
                    asked.stream()
                            .filter(one -> logs(one).allMatch(registry::has))
                            .forEach(one -> found.put(one, new Found()));
                    return InARow.all(reads(connection, found, registry)).map(_ -> histories(asked, found));
                });
    }

    private List<ObjectHistory> histories(List<Asked> asked, Map<Asked, Found> found) {
        return asked.stream()
                .map(one -> Optional.ofNullable(found.get(one))
                        .map(read -> Stages.of(model, one.update().entity(), one.stored(), read.told()))
                        .orElseGet(() -> new ObjectHistory(List.of())))
                .toList();
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
    private List<Uni<Void>> reads(SqlConnection connection, Map<Asked, Found> found, LogRegistry registry) {
        List<Uni<Void>> reads = new ArrayList<>();
        List<Uni<Void>> barriers = new ArrayList<>();
        grouped(found, one -> Stream.of(model.root(one.update().entity()))).forEach((root, of) -> {
            reads.add(ChangeValues.run(connection, HistoryStatements.ofObjects(model, root, ids(of)))
                    .invoke(rows -> deal(rows, of, found, row -> ofObject(row, registry)))
                    .replaceWithVoid());
            barriers.add(ChangeValues.run(connection, HistoryStatements.barrier(model, root))
                    .invoke(rows -> cut(rows, of, found))
                    .replaceWithVoid());
        });
        grouped(found, Histories::sets).forEach((end, of) -> {
            reads.add(ChangeValues.run(connection, HistoryStatements.ofPairs(model, end, ids(of)))
                    .invoke(rows -> deal(rows, of, found, row -> ofPair(row, end)))
                    .replaceWithVoid());
            barriers.add(ChangeValues.run(connection, HistoryStatements.barrier(end.association()))
                    .invoke(rows -> cut(rows, of, found))
                    .replaceWithVoid());
        });
        reads.addAll(barriers);
        return reads;
    }

    private static <K> Map<K, List<Asked>> grouped(Map<Asked, Found> found, Function<Asked, Stream<K>> by) {
        Map<K, List<Asked>> groups = new LinkedHashMap<>();
        found.keySet()
                .forEach(one -> by.apply(one)
                        .distinct()
                        .forEach(key -> groups.computeIfAbsent(key, _ -> new ArrayList<>())
                                .add(one)));
        return groups;
    }

    private static List<Object> ids(List<Asked> of) {
        return of.stream().map(one -> one.update().id()).toList();
    }

    private static void deal(Iterable<Row> rows, List<Asked> of, Map<Asked, Found> found, Function<Row, LogRow> read) {
        Map<Integer, List<LogRow>> places = new HashMap<>();
        for (Row row : rows) {
            places.computeIfAbsent(row.getLong("place").intValue(), _ -> new ArrayList<>())
                    .add(read.apply(row));
        }
        places.forEach((place, told) -> with(found, of.get(place - 1), one -> one.add(told)));
    }

    private static void cut(Iterable<Row> rows, List<Asked> of, Map<Asked, Found> found) {
        long barrier = rows.iterator().next().getLong(0);
        of.forEach(one -> with(found, one, read -> read.cutAt(barrier)));
    }

    private static void with(Map<Asked, Found> found, Asked asked, Consumer<Found> use) {
        use.accept(Objects.requireNonNull(found.get(asked)));
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
                Objects.requireNonNull(ChangeValues.read(row, row.getColumnIndex("element"), idType(end.target()))));
    }

    private ValueType idType(EntityName entity) {
        return model.entity(entity).identity().type().valueType();
    }
}
