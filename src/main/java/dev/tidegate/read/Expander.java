package dev.tidegate.read;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Hop;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts related objects into those at hand: one statement for each hop, for however many objects, and then the same for what
 * was found. Sets of more than 1,000 objects are refused, not cut.
 */
final class Expander {
    static final int MOST_IN_A_SET = 1_000;
    static final int MOST_IN_ALL = 50_000;

    private final Rows rows;

    /** Where rows come from. */
    interface Rows {
        Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, BoundValues values);
    }

    /** What a hop leads to, of any object at hand. */
    private interface Found {
        List<ShownObject> of(ShownObject object);
    }

    Expander(Rows rows) {
        this.rows = rows;
    }

    /** The same objects with what the plans read; {@code values} are those of the request. */
    Uni<List<ShownObject>> expand(
            StoreName store, List<ExpansionPlan> plans, List<ShownObject> objects, BoundValues values) {
        if (plans.isEmpty() || objects.isEmpty()) {
            return Uni.createFrom().item(objects);
        }
        List<Uni<Found>> found = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            found.add(find(store, plans.get(i), i, objects, values));
        }
        return Uni.join().all(found).andFailFast().map(all -> with(all, objects));
    }

    private static List<ShownObject> with(List<Found> found, List<ShownObject> objects) {
        return objects.stream()
                .map(object ->
                        object.with(found.stream().map(one -> one.of(object)).toList()))
                .toList();
    }

    private Uni<Found> find(
            StoreName store, ExpansionPlan plan, int number, List<ShownObject> objects, BoundValues values) {
        return plan.hop().isOwnedHere()
                ? byTheirIds(store, plan, number, objects, values)
                : byTheIdsHere(store, plan, objects, values);
    }

    private Uni<Found> byTheirIds(
            StoreName store, ExpansionPlan plan, int number, List<ShownObject> objects, BoundValues values) {
        Set<Object> ids = new LinkedHashSet<>();
        for (ShownObject object : objects) {
            Object[] referred = idsOf(object, number);
            requireSet(plan.hop(), object.id(), referred.length);
            ids.addAll(List.of(referred));
        }
        requireAll(plan.hop(), ids.size());
        if (ids.isEmpty()) {
            return Uni.createFrom().item(_ -> List.of());
        }
        return rows.rows(
                        store,
                        plan.objects(),
                        values.in(Map.of(
                                new Bind.Ids(plan.idType()), plan.idType().array(ids))))
                .map(plan.layout()::objects)
                .flatMap(found -> expand(store, plan.expansions(), found, values))
                .map(found -> byId(found, number));
    }

    private static Found byId(List<ShownObject> found, int number) {
        Map<Object, ShownObject> byId = new HashMap<>();
        found.forEach(object -> byId.put(object.id(), object));
        return object -> {
            List<ShownObject> there = new ArrayList<>();
            for (Object id : idsOf(object, number)) {
                ShownObject referred = byId.get(id);
                if (referred != null) {
                    there.add(referred);
                }
            }
            return there;
        };
    }

    private static Object[] idsOf(ShownObject object, int number) {
        ObjectShape.OfExpansion expansion = object.shape().expansions().get(number);
        return expansion.readable() ? object.ids(expansion) : new Object[0];
    }

    private Uni<Found> byTheIdsHere(
            StoreName store, ExpansionPlan plan, List<ShownObject> objects, BoundValues values) {
        Set<Object> ids = new LinkedHashSet<>();
        objects.forEach(object -> ids.add(object.id()));
        long limit = plan.hop().isSingle() ? 1 : MOST_IN_A_SET + 1L;
        Map<Bind, Object> window = Map.of(
                new Bind.Ids(plan.idType()),
                plan.idType().array(ids),
                new Bind.Limit(),
                limit,
                new Bind.Most(),
                MOST_IN_ALL + 1L);
        return rows.rows(store, plan.objects(), values.in(window))
                .map(found -> new Related(plan, found))
                .flatMap(related -> expand(store, plan.expansions(), related.objects, values)
                        .map(related::found));
    }

    private static void requireSet(Hop hop, Object id, int size) {
        if (size > MOST_IN_A_SET) {
            throw tooMany(
                    hop,
                    "'" + hop.association().name() + "' has more than " + MOST_IN_A_SET + " objects in '" + id
                            + "', too many to be expanded. Query '" + hop.to() + "' and page.");
        }
    }

    private static void requireAll(Hop hop, int size) {
        if (size > MOST_IN_ALL) {
            throw tooMany(
                    hop,
                    "'" + hop.association().name() + "' leads to more than " + MOST_IN_ALL
                            + " objects from those of this answer. Ask for fewer at once.");
        }
    }

    private static Refusal tooMany(Hop hop, String detail) {
        return Refusal.of(List.of(Violation.in("expand", hop.position(), ProblemCode.LIMIT_EXCEEDED, detail)));
    }

    /** Objects, each with the id of the one that it was found for. */
    private static final class Related {
        private final List<ShownObject> objects = new ArrayList<>();
        private final Map<Object, List<Integer>> places = new HashMap<>();

        Related(ExpansionPlan plan, List<@Nullable Object[]> rows) {
            requireAll(plan.hop(), rows.size());
            BitSet held = new BitSet();
            for (@Nullable Object[] row : rows) {
                Object near = row[row.length - 1];
                if (near != null) {
                    plan.layout().object(row, held).ifPresent(object -> add(plan, near, object));
                }
            }
        }

        private void add(ExpansionPlan plan, Object near, ShownObject object) {
            List<Integer> there = places.computeIfAbsent(near, _ -> new ArrayList<>());
            there.add(objects.size());
            objects.add(object);
            requireSet(plan.hop(), near, there.size());
        }

        Found found(List<ShownObject> expanded) {
            return object -> places.getOrDefault(object.id(), List.of()).stream()
                    .map(expanded::get)
                    .toList();
        }
    }
}
