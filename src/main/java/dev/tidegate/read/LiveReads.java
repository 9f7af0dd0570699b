package dev.tidegate.read;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
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
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private final UsableStores stores;
    private final Clock clock;
    private final Observer observer;

    public LiveReads(
            Model model, QueryRules rules, RowSource source, StoreStates states, Clock clock, Observer observer) {
        this.model = model;
        this.plans = new ReadPlans(model, rules);
        this.source = source;
        this.stores = new UsableStores(states);
        this.clock = clock;
        this.observer = observer;
    }

    /** A page of the objects that meet the query's constraint and that the caller may read. */
    public Uni<Page> page(PageRequest request) {
        return watched(request.query().entity(), page -> page.objects().size(), () -> {
            ReadPlan plan = planned(request);
            requireNoExpand(request.query());
            BoundValues values = BoundValues.of(plan, request, clock.instant()).orRefuse();
            stores.require(plan.store());
            return request.count()
                    ? counted(plan, values)
                    : objects(plan, values).map(LiveReads::uncounted);
        });
    }

    /** One object; {@code no-such-object} whether it does not exist or may not be read. */
    public Uni<LiveObject> object(ObjectRequest request) {
        return watched(request.query().entity(), _ -> 1, () -> {
            ReadPlan plan = planned(request);
            requireNoExpand(request.query());
            wrongId(plan.entity(), request.id()).ifPresent(wrong -> {
                throw Refusal.of(List.of(wrong));
            });
            BoundValues values = BoundValues.ofObject(
                    Map.of(QueryRules.ID_PARAMETER, new ParameterValue.OfText(request.id())),
                    request.caller().at(clock.instant()));
            stores.require(plan.store());
            return objects(plan, values).map(found -> onlyOne(plan.entity(), found));
        });
    }

    /** A value that is none of its type is told before the rules are, as it belongs to an earlier stage. */
    private ReadPlan planned(PageRequest request) {
        return switch (plans.page(request.profile(), request.caller().roles(), request.query())) {
            case Result.Ok<ReadPlan>(ReadPlan plan) -> plan;
            case Result.Refused<ReadPlan>(var violations) ->
                throw Refusal.of(plans.checked(request.profile(), request.query())
                        .map(constraint -> BoundValues.violations(
                                constraint.parameters(), Comparison.of(constraint.condition()), request.parameters()))
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

    private Uni<Page> counted(ReadPlan plan, BoundValues values) {
        Uni<Long> count = rows(plan.store(), plan.count(), values).map(LiveReads::number);
        return Uni.combine()
                .all()
                .unis(objects(plan, values), count)
                .with((objects, number) -> new Page(objects, OptionalLong.of(number)));
    }

    private Uni<List<LiveObject>> objects(ReadPlan plan, BoundValues values) {
        return rows(plan.store(), plan.objects(), values).map(plan.layout()::objects);
    }

    private Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, BoundValues values) {
        return source.rows(store, query, values.forQuery(query))
                .onFailure(Refusal.class)
                .invoke(failure -> stores.doubt(store, failure));
    }

    private static Page uncounted(List<LiveObject> objects) {
        return new Page(objects, OptionalLong.empty());
    }

    private static Long number(List<@Nullable Object[]> rows) {
        return rows.getFirst()[0] instanceof Long number ? number : 0L;
    }

    private static LiveObject onlyOne(EntityName entity, List<LiveObject> found) {
        if (found.isEmpty()) {
            throw Refusal.of(
                    ProblemCode.NO_SUCH_OBJECT,
                    "There is no object of '" + entity + "' with this id, or you may not read it.");
        }
        return found.getFirst();
    }

    /** What may be expanded is judged already; doing it comes later. */
    private static void requireNoExpand(QueryText query) {
        if (!query.expand().isEmpty()) {
            throw Refusal.of(List.of(Violation.in(
                    "expand",
                    0,
                    ProblemCode.NOT_IMPLEMENTED_YET,
                    "expand comes with the next release of the gateway. Read the other objects by their ids.")));
        }
    }

    private Optional<Violation> wrongId(EntityName entity, String id) {
        ValueType type = model.entity(entity).identity().type().valueType();
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
        Uni<T> answer;
        try {
            answer = work.get();
        } catch (Refusal refusal) {
            answer = Uni.createFrom().failure(refusal);
        }
        return answer.invoke(item -> served(entity, size.apply(item), Duration.ofNanos(System.nanoTime() - start)));
    }

    private void served(String entity, int objects, Duration took) {
        model.entityNamed(entity).ifPresent(name -> observer.see(new Observation.ReadServed(name, objects, took)));
    }
}
