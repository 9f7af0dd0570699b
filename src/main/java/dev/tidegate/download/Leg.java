package dev.tidegate.download;

import dev.tidegate.model.ValueType;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Situation;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One leg of a download (store-protocol 16): as far as a client can be brought by so many objects, all read at one moment of a store.
 * A client that is behind is led from moment to moment, set after set ({@link StoreState.UnderWay}); once what has changed since fits
 * into one leg, that leads to the moment itself ({@link StoreState.At}), and the leg is the last one.
 */
final class Leg {
    /** Of so many sets at a time it is asked what has changed: one way there and back for them, and no more ids in memory. */
    private static final int SETS_AT_ONCE = 8;

    private final StoreSnapshot store;
    private final Snapshot now;
    private final HistoryPlace place;
    private final List<SetQueries> sets;
    private final Map<Integer, Long> meant;
    private final Function<Instant, Situation> situations;
    private final Instant at;
    private final Map<Bind, Object> own;
    private final List<PullLine> lines = new ArrayList<>();
    private Optional<Snapshot> told = Optional.empty();
    private int objects;
    private final ReadPace pace = new ReadPace();

    /** Where a leg has led. {@code last}: the state is the leg's own moment. */
    record Led(List<PullLine> lines, StoreState state, boolean last) {
        Led {
            lines = List.copyOf(lines);
        }
    }

    /**
     * A leg that has not begun.
     *
     * @param meant by a digest of its name what each set means now
     * @param own the client's lane, and of how much of it the client knows
     * @param most how many objects it may concern
     */
    Leg(
            StoreSnapshot store,
            List<SetQueries> sets,
            Map<Integer, Long> meant,
            Function<Instant, Situation> situations,
            Instant at,
            Map<Bind, Object> own,
            int most) {
        this.store = store;
        this.now = Snapshot.parse(store.opening().snapshot());
        this.place = HistoryPlace.of(store.opening());
        this.sets = List.copyOf(sets);
        this.meant = Map.copyOf(meant);
        this.situations = situations;
        this.at = at;
        this.own = Map.copyOf(own);
        this.objects = most;
    }

    /** Goes on from where the client is; {@code fresh}: a client of which nothing is known holds nothing. */
    Uni<Led> from(Optional<StoreState> state, boolean fresh) {
        state.ifPresent(this::requireKnown);
        told = state.flatMap(StoreState::told);
        if (sets.isEmpty()) {
            return led(new StoreState.At(place, Map.of(), now, at, told), true);
        }
        return state.map(this::resume).orElseGet(() -> fill(toNow(now, at, meant.keySet(), fresh)));
    }

    /** From the first set on, to the moment of this leg. */
    private StoreState.UnderWay toNow(Snapshot seen, Instant then, Set<Integer> filled, boolean fresh) {
        return new StoreState.UnderWay(
                place, meant, seen, then, told, now, at, filled, fresh, first(), Optional.empty());
    }

    /** Store-protocol 11 and 22. */
    private void requireKnown(StoreState state) {
        if (!state.place().isOf(store.opening())) {
            throw expired("This store is not the one any more, or not as it was, that the cursor is of.");
        }
        if (!state.place().ledTo(store.opening())) {
            throw expired("This store has gone back to before this cursor.");
        }
        long xmin = state.seen().xmin();
        boolean pruned = sets.stream()
                .flatMap(set -> set.logs().stream())
                .anyMatch(log -> store.opening().pruned().getOrDefault(log, 0L) >= xmin);
        if (pruned) {
            throw expired("What has changed since this cursor is not known any more.");
        }
    }

    private static Refusal expired(String why) {
        return Refusal.of(ProblemCode.CURSOR_EXPIRED, why + " Begin again without 'since'.");
    }

    private Uni<Led> resume(StoreState state) {
        return switch (state) {
            case StoreState.At reached -> catchUp(reached);
            case StoreState.UnderWay way -> {
                boolean lost = sets.stream().noneMatch(set -> name(set) == way.set());
                yield others(way.held()).isEmpty() && !lost ? fill(way) : restart(way);
            }
        };
    }

    /**
     * What has begun to mean something else is sent whole, and all the others are gone through again; those that read the clock whole, since
     * what was sent of them was judged by a moment that nobody will ask about.
     */
    private Uni<Led> restart(StoreState.UnderWay way) {
        return toFill(way).flatMap(filled -> {
            filled.addAll(way.filled());
            filled.retainAll(meant.keySet());
            sets.stream().filter(set -> set.set().uses().clock()).forEach(set -> filled.add(name(set)));
            return fill(toNow(way.seen(), way.at(), filled, false));
        });
    }

    /** The sets that mean something else now than what the client holds, or that it does not hold yet. */
    private Set<Integer> others(Map<Integer, Long> held) {
        return meant.entrySet().stream()
                .filter(set -> !set.getValue().equals(held.get(set.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * As a rule nothing but objects has changed. So what has changed of them is asked for in one row with what there may be besides, which
     * would make it of no interest.
     */
    private Uni<Led> catchUp(StoreState.At reached) {
        if (!others(reached.held()).isEmpty()) {
            return toFill(reached).flatMap(filled -> fill(toNow(reached, filled)));
        }
        PullValues values = values(reached.at(), at, reached.seen());
        return Uni.combine()
                .all()
                .unis(toFill(reached), changed(0, Math.max(0, objects), values, new HashMap<>()))
                .asTuple()
                .flatMap(found -> found.getItem1().isEmpty()
                        ? finish(reached, values, found.getItem2())
                        : fill(toNow(reached, found.getItem1())));
    }

    private StoreState.UnderWay toNow(StoreState.At reached, Set<Integer> filled) {
        return toNow(reached.seen(), reached.at(), filled, false);
    }

    /** The sets of which it is not known one by one what has changed in them since the client saw them. */
    private Uni<Set<Integer>> toFill(StoreState state) {
        PullValues values = values(state.at(), at, state.seen());
        Set<String> logs = sets.stream().flatMap(set -> set.logs().stream()).collect(Collectors.toSet());
        SqlQuery barriers = sets.getFirst().barriers(store.opening().book(), logs);
        return store.rows(barriers, values.of(barriers))
                .map(rows -> rows.stream().map(row -> String.valueOf(row[0])).collect(Collectors.toSet()))
                .map(behind -> toFill(state, behind));
    }

    private Set<Integer> toFill(StoreState state, Set<String> behindBarriers) {
        Set<Integer> filled = new HashSet<>(others(state.held()));
        sets.stream()
                .filter(set -> set.logs().stream().anyMatch(behindBarriers::contains))
                .forEach(set -> filled.add(name(set)));
        return filled;
    }

    /** What has changed is sent, or a way begun, if it is more than fits into what is left of this leg. */
    private Uni<Led> finish(StoreState.At reached, PullValues values, Optional<Map<SetQueries, List<Object>>> changed) {
        StoreState.UnderWay way = toNow(reached, Set.of());
        return changed.map(ids -> apply(0, way, values, ids))
                .orElseGet(() -> lines.isEmpty() ? fill(way) : led(reached, false));
    }

    /** What has changed in the sets from one on, with those before; nothing if it is more than {@code left}. */
    private Uni<Optional<Map<SetQueries, List<Object>>>> changed(
            int index, int left, PullValues values, Map<SetQueries, List<Object>> before) {
        if (index == sets.size()) {
            return Uni.createFrom().item(Optional.of(before));
        }
        List<SetQueries> some = sets.subList(index, Math.min(sets.size(), index + SETS_AT_ONCE));
        return Uni.join()
                .all(some.stream()
                        .map(set -> changed(set, values, Optional.empty(), left + 1))
                        .toList())
                .andFailFast()
                .flatMap(found -> {
                    int fits = left;
                    for (int i = 0; i < some.size(); i++) {
                        before.put(some.get(i), found.get(i));
                        fits -= found.get(i).size();
                    }
                    return fits < 0
                            ? Uni.createFrom().item(Optional.empty())
                            : changed(index + some.size(), fits, values, before);
                });
    }

    /** All that has changed, from one set on; a way of which this leg is the beginning if the bytes become too many. */
    private Uni<Led> apply(
            int index, StoreState.UnderWay way, PullValues values, Map<SetQueries, List<Object>> changed) {
        if (index == sets.size()) {
            return led(way.reached(), true);
        }
        SetQueries set = sets.get(index);
        List<Object> ids = Objects.requireNonNull(changed.get(set));
        return exchange(set, values, ids, 0)
                .flatMap(done -> done == ids.size()
                        ? apply(index + 1, way, values, changed)
                        : led(way.movedTo(name(set), behind(set, ids, done)), false));
    }

    /** The last one of those that were exchanged. */
    private static Optional<String> behind(SetQueries set, List<Object> ids, int done) {
        return done == 0 ? Optional.empty() : Optional.of(text(set, ids.get(done - 1)));
    }

    /** Sends the set at hand, whole or what has changed of it, and then the next, as long as there is room. */
    private Uni<Led> fill(StoreState.UnderWay way) {
        if (objects <= 0 || pace.isFull()) {
            return led(way, false);
        }
        SetQueries set = sets.get(indexOf(way.set()));
        return (way.filled().contains(way.set()) ? page(way, set) : some(way, set)).flatMap(this::next);
    }

    /** The id up to which a set has been sent; none when it is through. */
    private record Sent(StoreState.UnderWay way, Optional<String> upTo) {}

    private Uni<Led> next(Sent sent) {
        if (sent.upTo().isPresent()) {
            return fill(sent.way().movedTo(sent.way().set(), sent.upTo()));
        }
        int index = indexOf(sent.way().set()) + 1;
        return index < sets.size()
                ? fill(sent.way().movedTo(name(sets.get(index)), Optional.empty()))
                : catchUp(sent.way().reached());
    }

    /** The next objects of a set that is sent whole. */
    private Uni<Sent> page(StoreState.UnderWay way, SetQueries set) {
        int most = Math.min(objects, pace.objects());
        PullValues values = values(way.at(), way.targetAt(), way.seen());
        Map<Bind, Object> window = new HashMap<>();
        window.put(new Bind.Limit(), (long) most);
        if (way.last().isEmpty()) {
            window.put(new Bind.Offset(), 0L);
        }
        way.last().ifPresent(last -> window.put(new Bind.LastId(), last));
        SqlQuery query = way.last().isEmpty() ? set.firstPage() : set.nextPage();
        return store.rows(query, values.with(window).of(query)).map(rows -> {
            Optional<String> upTo =
                    rows.size() < most ? Optional.empty() : Optional.of(text(set, SetQueries.id(rows.getLast())));
            if (!way.fresh()) {
                lines.add(new PullLine.Retain(set.entity(), way.last(), upTo, retained(way, set, rows)));
            }
            put(set, rows);
            objects -= Math.max(1, rows.size());
            return new Sent(way, upTo);
        });
    }

    private static List<String> retained(StoreState.UnderWay way, SetQueries set, List<@Nullable Object[]> rows) {
        List<String> ids = new ArrayList<>();
        // The range begins where the one before has ended, with an object that was sent there.
        way.last().ifPresent(ids::add);
        rows.forEach(row -> ids.add(text(set, SetQueries.id(row))));
        return ids;
    }

    /** The next of those of a set that may have changed. */
    private Uni<Sent> some(StoreState.UnderWay way, SetQueries set) {
        PullValues values = values(way.at(), way.targetAt(), way.seen());
        int most = objects;
        return changed(set, values, way.last(), most)
                .flatMap(ids -> exchange(set, values, ids, 0).map(done -> {
                    boolean through = done == ids.size() && ids.size() < most;
                    return new Sent(way, through ? Optional.empty() : behind(set, ids, done));
                }));
    }

    private Uni<List<Object>> changed(SetQueries set, PullValues values, Optional<String> behind, int most) {
        SetQueries.DeltaQueries deltas = set.deltas(store.opening().book(), told.isPresent());
        Map<Bind, Object> window = new HashMap<>();
        window.put(new Bind.Limit(), (long) most);
        behind.ifPresent(last -> window.put(new Bind.LastId(), last));
        SqlQuery query = behind.isEmpty() ? deltas.changed() : deltas.changedBehind();
        return store.rows(query, values.with(window).of(query))
                .map(rows -> rows.stream().map(SetQueries::id).toList());
    }

    /**
     * Puts those that are in the set, removes those that may have been, behind the first {@code done}; how many of the ids it has come to
     * before the bytes were too many.
     */
    private Uni<Integer> exchange(SetQueries set, PullValues values, List<Object> ids, int done) {
        if (done == ids.size() || pace.isFull()) {
            return Uni.createFrom().item(done);
        }
        List<Object> some = ids.subList(done, Math.min(ids.size(), done + pace.objects()));
        SqlQuery query = set.byIds();
        return store.rows(query, values.with(ids(set, some)).of(query))
                .flatMap((List<@Nullable Object[]> rows) ->
                        remove(set, values, without(some, rows)).invoke(() -> put(set, rows)))
                .flatMap(_ -> {
                    objects -= some.size();
                    return exchange(set, values, ids, done + some.size());
                });
    }

    private Uni<Void> remove(SetQueries set, PullValues values, List<Object> absent) {
        if (absent.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        SqlQuery query = set.deltas(store.opening().book(), told.isPresent()).lost();
        return store.rows(query, values.with(ids(set, absent)).of(query))
                .invoke(rows -> rows.forEach(
                        row -> lines.add(new PullLine.Remove(set.entity(), text(set, SetQueries.id(row))))))
                .replaceWithVoid();
    }

    private static Map<Bind, Object> ids(SetQueries set, Collection<Object> ids) {
        ValueType type = set.idType();
        return Map.of(new Bind.Ids(type), type.array(ids));
    }

    private static List<Object> without(List<Object> ids, List<@Nullable Object[]> rows) {
        Set<Object> found = rows.stream().map(SetQueries::id).collect(Collectors.toSet());
        return ids.stream().filter(id -> !found.contains(id)).toList();
    }

    private void put(SetQueries set, List<@Nullable Object[]> rows) {
        RowLayout layout = set.layout();
        for (ShownObject object : layout.objects(rows)) {
            lines.add(new PullLine.Put(object));
        }
        pace.took(rows);
    }

    private PullValues values(Instant then, Instant judged, Snapshot seen) {
        Map<Bind, Object> window = new HashMap<>(own);
        window.putAll(seen.unseen(Bind.Seen.CURSOR));
        told.ifPresent(snapshot -> window.putAll(snapshot.unseen(Bind.Seen.RECEIPT)));
        return new PullValues(situations.apply(judged), situations.apply(then), window);
    }

    private Uni<Led> led(StoreState state, boolean last) {
        return Uni.createFrom().item(new Led(lines, state, last));
    }

    private int first() {
        return name(sets.getFirst());
    }

    private int indexOf(int name) {
        for (int i = 0; i < sets.size(); i++) {
            if (name(sets.get(i)) == name) {
                return i;
            }
        }
        throw new IllegalStateException("the set at hand is none of this download");
    }

    private static int name(SetQueries set) {
        return Digests.of(set.entity());
    }

    private static String text(SetQueries set, Object id) {
        return set.idType().print(id);
    }
}
