package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.ValueType;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Live reads from start to end: a plan for the text, values for its binds, rows from the store, objects as the caller may
 * see them. Fails with a {@link Refusal} for whatever the client must be told; a store that is believed down is not asked.
 */
public final class LiveReads {
    private final Model model;
    private final ReadPlans plans;
    private final RowSource source;
    private final Cursors cursors;
    private final Expander expander;
    private final Clock clock;
    private final Observer observer;

    public LiveReads(Model model, ReadPlans plans, RowSource source, Cursors cursors, Clock clock, Observer observer) {
        this.model = model;
        this.plans = plans;
        this.source = source;
        this.cursors = cursors;
        this.expander = new Expander(this::rows);
        this.clock = clock;
        this.observer = observer;
    }

    /** A page of the objects that meet the query's constraint and that the caller may read. */
    public Uni<Page> page(PageRequest request) {
        return watched(request.query().entity(), page -> page.objects().size(), () -> {
            Optional<Cursors.Position> after = request.after().map(cursor -> opened(request, cursor));
            ReadPlan plan = planned(
                    request,
                    new Wanted.OfPage(request.count() && request.limit() > 0, after.map(Cursors.Position::filled)));
            BoundValues values = values(plan.parameters(), plan.comparisons(), request);
            if (request.limit() == 0) {
                return new Paging(request, plan, values).page(List.of());
            }
            // One row more than asked for tells whether a page follows.
            return rows(plan.store(), plan.objects(), values.in(window(request, request.limit() + 1L, after)))
                    .flatMap(new Paging(request, plan, values)::page);
        });
    }

    /** The objects of the same query one after the other, without a limit but the request's own. */
    public Uni<ObjectStream> stream(PageRequest request) {
        return prepared(() -> {
            Optional<Cursors.Position> after = request.after().map(cursor -> opened(request, cursor));
            ReadPlan plan = planned(request, new Wanted.OfStream(after.map(Cursors.Position::filled)));
            BoundValues values = values(plan.parameters(), plan.comparisons(), request);
            SqlQuery query = plan.objects();
            Map<Bind, Object> window = window(request, request.limit(), after);
            return source.stream(plan.store(), query, values.in(window).forQuery(query))
                    .map(rows -> new ObjectStream(plan.entity(), rows, some -> objects(plan, values, some), observer));
        });
    }

    /** One object; {@code no-such-object} whether it does not exist or may not be read. */
    public Uni<ShownObject> object(ObjectRequest request) {
        return watched(request.query().entity(), _ -> 1, () -> {
            ReadPlan plan = planned(request);
            wrongId(plan.entity(), request.id()).ifPresent(wrong -> {
                throw Refusal.of(List.of(wrong));
            });
            BoundValues values = BoundValues.ofObject(
                    Map.of(QueryRules.ID_PARAMETER, new ParameterValue.OfText(request.id())),
                    request.caller().at(clock.instant()));
            return rows(plan.store(), plan.objects(), values)
                    .flatMap(rows -> objects(plan, values, rows))
                    .map(found -> onlyOne(plan.entity(), found));
        });
    }

    /** A function over the objects that meet the constraint and whose attribute the caller may read. */
    public Uni<AggregateValue> aggregate(AggregateRequest request) {
        QueryText query = request.aggregate().query();
        return watched(query.entity(), _ -> 1, () -> {
            AggregatePlan plan = orRefuse(
                    plans.aggregate(request.profile(), request.caller().roles(), request.aggregate()),
                    request.profile(),
                    query,
                    request.parameters());
            BoundValues values = BoundValues.of(
                            plan.parameters(),
                            plan.comparisons(),
                            request.parameters(),
                            request.caller().at(clock.instant()))
                    .orRefuse();
            return rows(plan.store(), plan.statement(), values)
                    .map(rows -> AggregateValue.of(plan, rows.getFirst()[0]));
        });
    }

    /** Where the page before ended. What else is wrong with the query is told first, as a cursor cannot fit it. */
    private Cursors.Position opened(PageRequest request, String cursor) {
        return cursors.open(
                        CursorContext.of(model.version(), request),
                        cursor,
                        request.query().sort().size())
                .orElseGet(() -> {
                    ReadPlan plan = planned(request, new Wanted.OfPage(false, Optional.empty()));
                    var _ = values(plan.parameters(), plan.comparisons(), request);
                    throw Refusal.of(List.of(Violation.in(
                            "after",
                            0,
                            ProblemCode.INVALID_CURSOR,
                            "This cursor was not issued to you for this query. Send the query as for the page before,"
                                    + " or begin again without 'after'.")));
                });
    }

    private static Map<Bind, Object> window(PageRequest request, long limit, Optional<Cursors.Position> after) {
        Map<Bind, Object> window = new HashMap<>();
        window.put(new Bind.Limit(), limit);
        if (after.isEmpty()) {
            window.put(new Bind.Offset(), request.offset());
        }
        after.ifPresent(last -> {
            window.put(new Bind.LastId(), last.id());
            for (int i = 0; i < last.keys().size(); i++) {
                String key = last.keys().get(i);
                if (key != null) {
                    window.put(new Bind.LastKey(i), key);
                }
            }
        });
        return window;
    }

    private static OptionalLong number(@Nullable Object count) {
        return OptionalLong.of(count instanceof Long number ? number : 0L);
    }

    private Uni<List<ShownObject>> objects(ReadPlan plan, BoundValues values, List<@Nullable Object[]> rows) {
        return expander.expand(plan.store(), plan.expansions(), plan.layout().objects(rows), values);
    }

    private BoundValues values(Set<String> names, List<Comparison> comparisons, PageRequest request) {
        return BoundValues.of(
                        names,
                        comparisons,
                        request.parameters(),
                        request.caller().at(clock.instant()))
                .orRefuse();
    }

    private ReadPlan planned(PageRequest request, Wanted wanted) {
        return orRefuse(
                plans.query(request.profile(), request.caller().roles(), request.query(), wanted),
                request.profile(),
                request.query(),
                request.parameters());
    }

    /** A value that is none of its type is told before the rules are, as it belongs to an earlier stage. */
    private <T> T orRefuse(Result<T> plan, Profile profile, QueryText query, Map<String, ParameterValue> parameters) {
        return switch (plan) {
            case Result.Ok<T>(T made) -> made;
            case Result.Refused<T>(var violations) ->
                throw Refusal.of(plans.checked(profile, query)
                        .map(constraint -> BoundValues.violations(
                                constraint.parameters(), Comparison.of(constraint.condition()), parameters))
                        .filter(earlier -> !earlier.isEmpty())
                        .orElse(violations));
        };
    }

    private ReadPlan planned(ObjectRequest request) {
        return switch (plans.object(request.profile(), request.caller().roles(), request.query())) {
            case Result.Ok<ReadPlan>(ReadPlan plan) -> plan;
            case Result.Refused<ReadPlan>(var violations) ->
                throw Refusal.of(plans.checked(request.profile(), request.query())
                        .flatMap(constraint -> wrongId(constraint.entity(), request.id()))
                        .map(List::of)
                        .orElse(violations));
        };
    }

    private Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, BoundValues values) {
        return source.rows(store, query, values.forQuery(query));
    }

    private static ShownObject onlyOne(EntityName entity, List<ShownObject> found) {
        if (found.isEmpty()) {
            throw Refusal.of(
                    ProblemCode.NO_SUCH_OBJECT,
                    "There is no object of '" + entity + "' with this id, or you may not read it.");
        }
        return found.getFirst();
    }

    private Optional<Violation> wrongId(EntityName entity, String id) {
        ValueType type = model.idType(entity);
        return type.read(id).isPresent()
                ? Optional.empty()
                : Optional.of(Violation.in(
                        "id",
                        0,
                        ProblemCode.TYPE_MISMATCH,
                        "An id of '" + entity + "' is a " + Wording.of(type) + ", and this is none."));
    }

    private <T> Uni<T> watched(String entity, Function<T, Integer> size, Supplier<Uni<T>> work) {
        long start = System.nanoTime();
        return prepared(work)
                .invoke(item -> served(entity, size.apply(item), Duration.ofNanos(System.nanoTime() - start)));
    }

    private static <T> Uni<T> prepared(Supplier<Uni<T>> work) {
        try {
            return work.get();
        } catch (Refusal refusal) {
            return Uni.createFrom().failure(refusal);
        }
    }

    private void served(String entity, int objects, Duration took) {
        model.entityNamed(entity).ifPresent(name -> observer.see(new Observation.ReadServed(name, objects, took)));
    }

    /** Makes a page of its rows. */
    private final class Paging {
        private final PageRequest request;
        private final ReadPlan plan;
        private final BoundValues values;

        Paging(PageRequest request, ReadPlan plan, BoundValues values) {
            this.request = request;
            this.plan = plan;
            this.values = values;
        }

        Uni<Page> page(List<@Nullable Object[]> rows) {
            boolean more = rows.size() > request.limit();
            List<@Nullable Object[]> shown = more ? rows.subList(0, (int) request.limit()) : rows;
            Optional<String> next = more ? Optional.of(next(shown.getLast())) : Optional.empty();
            return Uni.combine()
                    .all()
                    .unis(objects(plan, values, shown), count(rows))
                    .with((objects, count) -> new Page(objects, count, next));
        }

        private String next(@Nullable Object[] last) {
            Object id = Objects.requireNonNull(last[RowLayout.ID]);
            return cursors.seal(
                    CursorContext.of(model.version(), request),
                    new Cursors.Position(
                            plan.keysOf(last), model.idType(plan.entity()).print(id)));
        }

        /** From the page's own statement, so that both are of one moment. A page without rows has nowhere to tell it. */
        private Uni<OptionalLong> count(List<@Nullable Object[]> rows) {
            if (!request.count()) {
                return Uni.createFrom().item(OptionalLong.empty());
            }
            return rows.isEmpty()
                    ? rows(plan.store(), plan.count(), values).map(counted -> number(counted.getFirst()[0]))
                    : Uni.createFrom()
                            .item(number(rows.getFirst()[plan.countColumn().orElseThrow()]));
        }
    }
}
