package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One download on its way: store after store, leg after leg. Taken by one reader, one leg at a time. */
public final class Pull implements Download {
    private final Pulls.Tools tools;
    private final PullRequest request;
    private final Map<StoreName, List<SetQueries>> kept;
    private final boolean fresh;
    private final Deque<StoreName> left;
    private final OwnLanes lanes;
    private List<PullLine> before;
    private PullCursor cursor;

    /** Whether the leg before was the last one of its store. */
    private boolean through;

    Pull(
            Pulls.Tools tools,
            PullRequest request,
            PullCursor from,
            Map<StoreName, List<SetQueries>> kept,
            List<EntityName> cleared) {
        this.tools = tools;
        this.request = request;
        this.kept = kept;
        this.fresh = request.since().isEmpty();
        this.left = new ArrayDeque<>(kept.keySet());
        this.lanes = new OwnLanes(tools.sources(), request.caller(), request.client());
        this.before = cleared.stream().<PullLine>map(PullLine.Clear::new).toList();
        this.cursor = from;
    }

    /** The next lines, of about {@code most} objects; not to be called before the call before has ended. */
    public Uni<Piece> next(int most) {
        StoreName store = left.peek();
        if (store == null) {
            return piece(List.of());
        }
        long start = System.nanoTime();
        return leg(store, most)
                .invoke(led -> {
                    cursor = cursor.with(store, led.state());
                    through = led.last();
                    if (led.last()) {
                        left.remove();
                    }
                    tools.seeLeg(store, led.lines(), led.last(), start);
                })
                .map(Leg.Led::lines)
                .onFailure(StoreAway::is)
                .recoverWithItem(failure -> {
                    through = true;
                    left.remove();
                    return List.of(StoreAway.told(store, kept.getOrDefault(store, List.of()), failure));
                })
                .flatMap(this::piece);
    }

    /**
     * Pieces as one, with the cursor of the last of them: those of one store after the other that are read in one leg, of about {@code most}
     * lines in all. So a client that is not far behind is answered, or refused, as a whole.
     */
    @Override
    public Uni<Piece> page(int most) {
        return next(most).flatMap(piece -> {
            int left = most - concerning(piece.lines());
            return piece.last() || left <= 0 || !through
                    ? Uni.createFrom().item(piece)
                    : page(left).map(rest -> joined(piece, rest));
        });
    }

    /** Lines that take their time: what a client is told each time, whatever has changed, would let a short page end before them. */
    private static int concerning(List<PullLine> lines) {
        return (int) lines.stream()
                .filter(line -> line instanceof PullLine.Put
                        || line instanceof PullLine.Remove
                        || line instanceof PullLine.Retain)
                .count();
    }

    private static Piece joined(Piece first, Piece rest) {
        List<PullLine> lines =
                new ArrayList<>(first.lines().subList(0, first.lines().size() - 1));
        lines.addAll(rest.lines());
        return new Piece(lines, rest.last());
    }

    private Uni<Piece> piece(List<PullLine> lines) {
        return left.isEmpty()
                ? receipt().map(receipt -> piece(lines, receipt))
                : Uni.createFrom().item(piece(lines, Optional.empty()));
    }

    private Piece piece(List<PullLine> lines, Optional<Receipt> receipt) {
        List<PullLine> all = new ArrayList<>(before);
        all.addAll(lines);
        before = List.of();
        boolean more = !left.isEmpty();
        all.add(new PullLine.Cursor(tools.cursors().seal(request, cursor), more, receipt));
        return new Piece(all, !more);
    }

    private Uni<Optional<Receipt>> receipt() {
        return lanes.receipt(cursor.receipt())
                .invoke(issued -> issued.ifPresent(receipt -> cursor = cursor.with(receipt.mark(), lanes.stores())))
                .map(issued -> issued.map(Receipts.Issued::receipt));
    }

    private Optional<Snapshot> told(StoreName store) {
        return Optional.ofNullable(cursor.stores().get(store)).flatMap(StoreState::told);
    }

    private Uni<Leg.Led> leg(StoreName store, int most) {
        List<SetQueries> sets = kept.getOrDefault(store, List.of());
        Set<String> logs = sets.stream().flatMap(set -> set.logs().stream()).collect(Collectors.toSet());
        return tools.sources().snapshots().in(store, logs, snapshot -> leg(store, sets, snapshot, most));
    }

    private Uni<Leg.Led> leg(StoreName store, List<SetQueries> sets, StoreSnapshot snapshot, int most) {
        Instant now = tools.clock().instant();
        boolean complete = sets.stream()
                .allMatch(set -> set.deltas(snapshot.opening().book(), false).possible());
        if (!complete) {
            throw StoreAway.because("The change logs of data store '" + store + "' are not installed yet.");
        }
        Optional<StoreState> from = Optional.ofNullable(cursor.stores().get(store));
        return user(sets, snapshot, now)
                .map(user -> new Leg(
                        snapshot,
                        sets,
                        meaning(sets, user),
                        request.caller()::at,
                        now,
                        lanes.binds(store, cursor.receipt()),
                        most))
                .flatMap(leg -> from.filter(StoreState.At.class::isInstance).isPresent()
                        ? withLane(store, leg.from(from, fresh), lane(store, snapshot))
                        : leg.from(from, fresh)
                                .flatMap(led -> led.last()
                                        ? withLane(store, Uni.createFrom().item(led), lane(store, snapshot))
                                        : Uni.createFrom().item(led)));
    }

    private Uni<Optional<LaneState>> lane(StoreName store, StoreSnapshot snapshot) {
        return lanes.read(store, snapshot, told(store), cursor.receipt());
    }

    /**
     * Who is at a moment is as a rule one leg away from the next, so the lane is asked for in one row with that. What it says holds for the
     * moment of the leg, and so for the client only if that leads there.
     */
    private Uni<Leg.Led> withLane(StoreName store, Uni<Leg.Led> leg, Uni<Optional<LaneState>> lane) {
        return Uni.combine().all().unis(leg, lane).asTuple().map(both -> {
            if (both.getItem1().last()) {
                lanes.keep(store, both.getItem2());
            }
            return both.getItem1();
        });
    }

    /** What each set means to this caller, whatever else that depends on taken into account. */
    private Map<Integer, Long> meaning(List<SetQueries> sets, String user) {
        Map<Integer, Long> meant = new HashMap<>();
        for (SetQueries set : sets) {
            String text = set.set().fingerprint()
                    + (set.set().uses().zone() ? " in " + request.caller().zone() : "")
                    + (set.set().uses().user() ? " as " + user : "");
            meant.put(Digests.of(set.entity()), Digests.of(text));
        }
        return meant;
    }

    /** The id of the caller's own object, where some set depends on it. */
    private Uni<String> user(List<SetQueries> sets, StoreSnapshot snapshot, Instant now) {
        Optional<SqlQuery> user = tools.user()
                .filter(_ -> sets.stream().anyMatch(set -> set.set().uses().user()));
        if (user.isEmpty()) {
            return Uni.createFrom().item("");
        }
        PullValues values =
                new PullValues(request.caller().at(now), request.caller().at(now), Map.of());
        return snapshot.rows(user.get(), values.of(user.get()))
                .map(rows -> rows.stream().map(row -> String.valueOf(row[0])).collect(Collectors.joining(",")));
    }
}
