package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Situation;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A selective download: just the objects that were named, all of a store at one moment, and no place to go on from. What is not there,
 * or not for this caller, is removed; which of the two is not told.
 */
final class Selection implements Download {
    private final Pulls.Tools tools;
    private final Selected selected;
    private final Map<StoreName, List<SetQueries>> sets;
    private final Optional<SentBatch> sent;
    private final OwnLanes lanes;
    private final Deque<StoreName> left;

    /** {@code sets}: also of the stores that only the batch has parts in. */
    Selection(Pulls.Tools tools, Selected selected, Map<StoreName, List<SetQueries>> sets, Optional<SentBatch> sent) {
        this.tools = tools;
        this.selected = selected;
        this.sets = sets;
        this.sent = sent;
        this.lanes = new OwnLanes(tools.sources(), selected.caller(), sent.map(SentBatch::client));
        this.left = new ArrayDeque<>(sets.keySet());
    }

    @Override
    public Uni<Piece> page(int most) {
        StoreName store = left.poll();
        if (store == null) {
            return end();
        }
        long start = System.nanoTime();
        List<SetQueries> wanted = Objects.requireNonNull(sets.get(store));
        return tools.sources()
                .snapshots()
                .in(store, Set.of(), snapshot -> read(store, snapshot, wanted))
                .invoke(lines -> tools.seeLeg(store, lines, true, start))
                .onFailure(StoreAway::is)
                .recoverWithItem(failure -> List.of(StoreAway.told(store, wanted, failure)))
                .map(lines -> new Piece(lines, false));
    }

    private Uni<Piece> end() {
        return sent.map(batch -> lanes.receipt(batch.before())
                        .map(issued -> issued.map(Receipts.Issued::receipt).map(batch::only)))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .map(receipt -> new Piece(List.of(new PullLine.End(receipt)), true));
    }

    private Uni<List<PullLine>> read(StoreName store, StoreSnapshot snapshot, List<SetQueries> wanted) {
        Reading reading =
                new Reading(snapshot, selected.caller().at(tools.clock().instant()));
        Uni<Void> all = Uni.createFrom().voidItem();
        for (SetQueries set : wanted) {
            List<Object> ids = List.copyOf(selected.objects().getOrDefault(set.entity(), Set.of()));
            all = all.flatMap(_ -> reading.objects(set, ids, 0));
        }
        return all.flatMap(_ -> sent.map(batch -> lanes.read(store, snapshot, Optional.empty(), batch.before()))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .invoke(said -> lanes.keep(store, said))
                .map(_ -> reading.lines);
    }

    /** What is read at one moment of a store. */
    private static final class Reading {
        private final StoreSnapshot snapshot;
        private final Situation now;
        private final ReadPace pace = new ReadPace();
        private final List<PullLine> lines = new ArrayList<>();

        Reading(StoreSnapshot snapshot, Situation now) {
            this.snapshot = snapshot;
            this.now = now;
        }

        Uni<Void> objects(SetQueries set, List<Object> ids, int done) {
            if (done == ids.size()) {
                return Uni.createFrom().voidItem();
            }
            if (pace.isFull()) {
                throw Refusal.of(
                        ProblemCode.LIMIT_EXCEEDED,
                        "The objects that are named here are more than " + (ReadPace.MOST_BYTES >> 20)
                                + " MiB in one data store. Name fewer at a time.");
            }
            List<Object> some = ids.subList(done, Math.min(ids.size(), done + pace.objects()));
            SqlQuery query = set.byIds();
            PullValues values = new PullValues(
                    now, now, Map.of(new Bind.Ids(set.idType()), set.idType().array(some)));
            return snapshot.rows(query, values.of(query))
                    .invoke((List<@Nullable Object[]> rows) -> take(set, some, rows))
                    .flatMap(_ -> objects(set, ids, done + some.size()));
        }

        private void take(SetQueries set, Collection<Object> asked, List<@Nullable Object[]> rows) {
            pace.took(rows);
            set.layout().objects(rows).forEach(object -> lines.add(new PullLine.Put(object)));
            Set<Object> absent = new HashSet<>(asked);
            rows.forEach(row -> absent.remove(SetQueries.id(row)));
            EntityName entity = set.entity();
            absent.forEach(
                    id -> lines.add(new PullLine.Remove(entity, set.idType().print(id))));
        }
    }
}
