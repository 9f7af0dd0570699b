package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.StoredState;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.upload.CurrentObject;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Situation;
import dev.tidegate.xpath.Value;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads the objects that changes are about, inside the transaction that changes them. Statements are written once. */
final class ObjectReads {
    private static final String ID = "id";
    private static final int MOST_STATEMENTS = 2_000;

    private final Model model;
    private final SelectWriter selects;
    private final ChangeStatements statements;
    private final StateReads states;
    private final Map<Select, SqlQuery> written = new ConcurrentHashMap<>();

    ObjectReads(Model model) {
        this.model = model;
        this.selects = new SelectWriter(model);
        this.statements = new ChangeStatements(model);
        this.states = new StateReads(model);
    }

    /** {@link StateReads#of}. */
    Uni<List<StoredState>> states(SqlConnection connection, List<StateReads.Asked> asked) {
        return states.of(connection, asked);
    }

    /** The object as the caller may read it, as JSON; empty when not at all. */
    Uni<Optional<CurrentObject>> current(
            SqlConnection connection, Change change, List<Grant> grants, Situation situation) {
        EntityName entity = change.entity();
        List<DeclaredAttribute> attributes = model.attributes(entity).stream()
                .filter(declared -> declared.attribute().isSent())
                .toList();
        List<OwnedEnd> ends = model.ownedEnds(entity);
        List<Select.Output> outputs = new ArrayList<>(List.of(new Select.Output.Version()));
        attributes.forEach(declared -> outputs.add(new Select.Output.OfAttribute(declared)));
        ends.forEach(end -> outputs.add(new Select.Output.OfEnd(end)));
        return select(connection, entity, change.id(), outputs, conditions(grants), situation)
                .map(found -> found.flatMap(row -> image(change, grants, row, attributes, ends, outputs.size())));
    }

    private Optional<CurrentObject> image(
            Change change,
            List<Grant> grants,
            Row row,
            List<DeclaredAttribute> attributes,
            List<OwnedEnd> ends,
            int flagsAt) {
        EntityName entity = change.entity();
        List<Boolean> holds = holds(row, flagsAt, grants);
        List<Grant> held = new ArrayList<>();
        for (int i = 0; i < holds.size(); i++) {
            if (holds.get(i)) {
                held.add(grants.get(i));
            }
        }
        if (held.stream().allMatch(grant -> grant.read().isEmpty())) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        Map<String, @Nullable Object> references = new LinkedHashMap<>();
        TreeSet<String> readOnly = new TreeSet<>();
        int column = 1;
        for (DeclaredAttribute declared : attributes) {
            String name = declared.attribute().name();
            ValueType type = declared.attribute().type().valueType();
            if (held.stream().anyMatch(grant -> grant.read().contains(name))) {
                values.put(name, json(type, ChangeValues.read(row, column, type)));
                if (!declared.attribute().isWritable()
                        || held.stream().noneMatch(grant -> grant.write().contains(name))) {
                    readOnly.add(name);
                }
            }
            column++;
        }
        for (OwnedEnd end : ends) {
            String name = end.association().name().toString();
            if (held.stream().anyMatch(grant -> grant.read().contains(name))) {
                references.put(name, reference(row, column, end));
                if (held.stream().noneMatch(grant -> grant.write().contains(name))) {
                    readOnly.add(name);
                }
            }
            column++;
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", idType(entity).valueType().print(change.id()));
        object.put("entity", entity.toString());
        object.put("version", row.getString(0));
        object.put("attributes", values);
        object.put("associations", references);
        if (!readOnly.isEmpty()) {
            object.put("readOnly", List.copyOf(readOnly));
        }
        return Optional.of(new CurrentObject(object));
    }

    private @Nullable Object reference(Row row, int column, OwnedEnd end) {
        ValueType type = idType(end.target()).valueType();
        if (!end.isSet()) {
            Object target = ChangeValues.read(row, column, type);
            return target == null ? null : type.print(target);
        }
        List<String> targets = new ArrayList<>();
        if (row.getValue(column) instanceof Object[] ids) {
            for (Object id : ids) {
                targets.add(type.print(id));
            }
        }
        return targets;
    }

    /** As the contract writes values: integers and booleans are JSON's own, all others strings. */
    private static @Nullable Object json(ValueType type, @Nullable Object value) {
        return value == null || type == ValueType.INT32 || type == ValueType.BOOLEAN ? value : type.print(value);
    }

    Uni<Map<Object, String>> versions(SqlConnection connection, EntityName entity, Collection<?> ids) {
        ValueType type = idType(entity).valueType();
        return ChangeValues.run(connection, statements.versions(entity, ids)).map(rows -> {
            Map<Object, String> versions = new HashMap<>();
            for (Row row : rows) {
                Object id = ChangeValues.read(row, 0, type);
                if (id != null) {
                    versions.put(id, row.getString(1));
                }
            }
            return versions;
        });
    }

    /** Whether there is an object of the entity or a specialization that meets the condition. */
    Uni<Boolean> meets(
            SqlConnection connection, EntityName entity, Object id, Condition condition, Situation situation) {
        return select(connection, entity, id, List.of(), List.of(condition), situation)
                .map(found ->
                        found.map(row -> Boolean.TRUE.equals(row.getBoolean(0))).orElse(false));
    }

    private static List<Condition> conditions(List<Grant> grants) {
        return grants.stream().map(Grant::when).filter(when -> !when.isAlways()).toList();
    }

    /** One row, with a flag behind the outputs for each condition. */
    private Uni<Optional<Row>> select(
            SqlConnection connection,
            EntityName entity,
            Object id,
            List<Select.Output> outputs,
            List<Condition> flags,
            Situation situation) {
        IdType type = idType(entity);
        Condition byId = new Condition.Compare(
                new Member.Id(entity, type, 0),
                Condition.Comparator.EQUAL,
                new Value.Parameter(ID, type.valueType(), 0));
        Select select = new Select(entity, byId, outputs, flags, List.of(), Select.Window.WHOLE);
        if (written.size() > MOST_STATEMENTS) {
            written.clear();
        }
        SqlQuery query = written.computeIfAbsent(select, selects::write);
        List<@Nullable Object> values = new ArrayList<>();
        query.binds().forEach(bind -> values.add(value(bind, id, situation)));
        return connection
                .preparedQuery(query.text())
                .execute(ChangeValues.tuple(values))
                .map(AppliedLog::first);
    }

    private static List<Boolean> holds(Row row, int flagsAt, List<Grant> grants) {
        List<Boolean> holds = new ArrayList<>(grants.size());
        int column = flagsAt;
        for (Grant grant : grants) {
            holds.add(grant.when().isAlways() || Boolean.TRUE.equals(row.getBoolean(column++)));
        }
        return holds;
    }

    private IdType idType(EntityName entity) {
        return model.entity(entity).identity().type();
    }

    private static Object value(Bind bind, Object id, Situation situation) {
        return switch (bind) {
            case Bind.OfConstraint constraint -> constraint.value(situation, _ -> id);
            case Bind.OfWindow _ -> throw new IllegalStateException("an object by its id has no window");
        };
    }
}
