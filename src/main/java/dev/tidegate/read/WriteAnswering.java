package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Situation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answer to a write as a live read would show the object. What the caller may write but not read is shown without
 * any member: its id is known to the caller, and its version is needed for the next change.
 */
final class WriteAnswering implements WriteWork.Answering {
    private final EntityName entity;
    private final ValueType idType;
    private final Optional<ReadPlan> plan;
    private final Situation situation;
    private final Function<ShownObject, String> json;

    WriteAnswering(
            EntityName entity,
            ValueType idType,
            Optional<ReadPlan> plan,
            Situation situation,
            Function<ShownObject, String> json) {
        this.entity = entity;
        this.idType = idType;
        this.plan = plan;
        this.situation = situation;
        this.json = json;
    }

    @Override
    public Optional<SqlQuery> query() {
        return plan.map(ReadPlan::objects);
    }

    @Override
    public @Nullable Object[] binds(Object id) {
        ParameterValue text = new ParameterValue.OfText(idType.print(id));
        return BoundValues.ofObject(Map.of(QueryRules.ID_PARAMETER, text), situation)
                .forQuery(query().orElseThrow());
    }

    @Override
    public WriteAnswer answer(Written written) {
        return switch (written) {
            case Written.Shown(var id, var row) -> shown(id, row.toArray());
            case Written.Unseen(var id, var version) -> unseen(id, version);
            case Written.Gone(var id) -> new WriteAnswer(idType.print(id), Optional.empty(), Optional.empty());
        };
    }

    private WriteAnswer shown(Object id, @Nullable Object[] row) {
        return plan.stream()
                .flatMap(known -> known.layout().objects(List.<@Nullable Object[]>of(row)).stream())
                .findFirst()
                .map(this::answer)
                .orElseGet(() -> unseen(id, String.valueOf(row[RowLayout.VERSION])));
    }

    private WriteAnswer unseen(Object id, String version) {
        ObjectShape nothing = new ObjectShape(entity, idType, List.of(), List.of(), List.of(), List.of(), true);
        @Nullable Object[] row = new @Nullable Object[RowLayout.VERSION + 1];
        row[RowLayout.ID] = id;
        row[RowLayout.VERSION] = version;
        return answer(new ShownObject(nothing, row));
    }

    private WriteAnswer answer(ShownObject object) {
        return new WriteAnswer(
                idType.print(object.id()), Optional.of(object.version()), Optional.of(json.apply(object)));
    }
}
