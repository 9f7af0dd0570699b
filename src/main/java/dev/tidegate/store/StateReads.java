package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.StoredState;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Situation;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what changes are judged by, many objects in a statement: one for each entity and set of rights, and for each caller
 * where the rights ask who that is. Statements are written once.
 */
final class StateReads {
    private static final int MOST_STATEMENTS = 2_000;

    private final Model model;
    private final SelectWriter selects;
    private final ChangeStatements statements;
    private final Map<Select, SqlQuery> written = new ConcurrentHashMap<>();

    StateReads(Model model) {
        this.model = model;
        this.selects = new SelectWriter(model);
        this.statements = new ChangeStatements(model);
    }

    /** What is asked of the object of a change. */
    record Asked(Change change, List<Grant> grants, Situation situation) {}

    private record Kind(EntityName entity, Situation situation) {}

    /** One statement, but for the ids. */
    private record Run(EntityName entity, SqlQuery query, List<@Nullable Object> values) {}

    /**
     * The stored objects, in the order of what is asked; no object may be asked for twice. Of the object of a create it is
     * told only whether there is one, as {@link StoredState.OfAnotherEntity}.
     */
    Uni<List<StoredState>> of(SqlConnection connection, List<Asked> asked) {
        @Nullable StoredState[] states = new @Nullable StoredState[asked.size()];
        Map<Run, Map<Object, Integer>> read = new LinkedHashMap<>();
        // Nearly all of a wave have their rights from a few lists: one look tells which.
        IdentityHashMap<List<Grant>, Map<Kind, Run>> runs = new IdentityHashMap<>();
        for (int i = 0; i < states.length; i++) {
            if (!(asked.get(i).change() instanceof Change.Create)) {
                Asked one = asked.get(i);
                Run run = runs.computeIfAbsent(one.grants(), _ -> new HashMap<>())
                        .computeIfAbsent(new Kind(one.change().entity(), one.situation()), _ -> run(one));
                read.computeIfAbsent(run, _ -> new LinkedHashMap<>())
                        .put(asked.get(i).change().id(), i);
            }
        }
        List<Uni<Void>> first = new ArrayList<>();
        read.forEach((run, places) -> first.add(present(connection, run, places, asked, states)));
        first.addAll(elsewhere(connection, asked, states, true));
        return InARow.all(first)
                .flatMap(_ -> InARow.all(elsewhere(connection, asked, states, false)))
                .map(_ -> Arrays.stream(states)
                        .<StoredState>map(state -> state == null ? new StoredState.Absent() : state)
                        .toList());
    }

    private Run run(Asked asked) {
        List<Condition> conditions = asked.grants().stream()
                .map(Grant::when)
                .filter(when -> !when.isAlways())
                .toList();
        EntityName entity = asked.change().entity();
        SqlQuery query = query(new Select(
                entity,
                Condition.always(),
                List.of(new Select.Output.Id(), new Select.Output.OwnEntity(), new Select.Output.Version()),
                conditions,
                List.of(),
                Select.Window.OF_IDS));
        List<@Nullable Object> values = new ArrayList<>();
        query.binds().forEach(bind -> values.add(value(bind, asked.situation())));
        return new Run(entity, query, values);
    }

    private SqlQuery query(Select select) {
        if (written.size() > MOST_STATEMENTS) {
            written.clear();
        }
        return written.computeIfAbsent(select, selects::write);
    }

    private static @Nullable Object value(Bind bind, Situation situation) {
        return switch (bind) {
            case Bind.OfConstraint constraint ->
                constraint.value(situation, parameter -> {
                    throw new IllegalStateException("rights have no parameter " + parameter);
                });
            case Bind.Ids _ -> null;
            case Bind.OfWindow _ -> throw new IllegalStateException("objects by their ids have no window");
        };
    }

    private Uni<Void> present(
            SqlConnection connection,
            Run run,
            Map<Object, Integer> places,
            List<Asked> asked,
            @Nullable StoredState[] states) {
        ValueType type = model.idType(run.entity());
        List<@Nullable Object> values = new ArrayList<>(run.values());
        for (int i = 0; i < values.size(); i++) {
            if (run.query().binds().get(i) instanceof Bind.Ids) {
                values.set(i, type.array(places.keySet()));
            }
        }
        return connection
                .preparedQuery(run.query().text())
                .execute(ChangeValues.tuple(values))
                .invoke(rows -> rows.forEach(row -> {
                    Integer place = place(places, ChangeValues.read(row, 0, type));
                    if (place != null) {
                        states[place] =
                                state(run.entity(), row, asked.get(place).grants());
                    }
                }))
                .replaceWithVoid();
    }

    /** A store may find an object by a text that is not exactly its id (a collation that ignores case), but only one at a time. */
    private static @Nullable Integer place(Map<Object, Integer> places, @Nullable Object id) {
        return places.size() == 1 ? places.values().iterator().next() : places.get(id);
    }

    private static StoredState state(EntityName entity, Row row, List<Grant> grants) {
        if (!entity.toString().equals(row.getString(1))) {
            return new StoredState.OfAnotherEntity();
        }
        List<Boolean> holds = new ArrayList<>(grants.size());
        int column = 3;
        for (Grant grant : grants) {
            holds.add(grant.when().isAlways() || Boolean.TRUE.equals(row.getBoolean(column++)));
        }
        return new StoredState.Present(row.getString(2), holds);
    }

    /** Looks in whole hierarchies for what is to be created, or else for what was not found as what it is said to be. */
    private List<Uni<Void>> elsewhere(
            SqlConnection connection, List<Asked> asked, @Nullable StoredState[] states, boolean created) {
        Map<EntityName, Map<Object, Integer>> places = new LinkedHashMap<>();
        IntStream.range(0, states.length)
                .filter(i -> states[i] == null && asked.get(i).change() instanceof Change.Create == created)
                .forEach(i -> places.computeIfAbsent(
                                model.root(asked.get(i).change().entity()), _ -> new HashMap<>())
                        .put(asked.get(i).change().id(), i));
        List<Uni<Void>> reads = new ArrayList<>();
        places.forEach((root, of) -> reads.add(ChangeValues.run(connection, statements.inHierarchy(root, of.keySet()))
                .invoke(rows -> rows.forEach(row -> {
                    Integer place = place(of, ChangeValues.read(row, 0, model.idType(root)));
                    if (place != null) {
                        states[place] = new StoredState.OfAnotherEntity();
                    }
                }))
                .replaceWithVoid()));
        return reads;
    }
}
