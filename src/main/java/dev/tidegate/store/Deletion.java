package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects with what the model says of those that refer to them: {@code prevent} refuses, {@code cascade} deletes them
 * first, {@code keep} empties their reference. Follows cascades to any depth, through cycles as well.
 */
final class Deletion {
    private final Model model;
    private final ChangeStatements statements;

    Deletion(Model model, ChangeStatements statements) {
        this.model = model;
        this.statements = statements;
    }

    /** Whether objects of this entity go without any other object or pair, by what the model says. */
    boolean isAlone(EntityName entity) {
        return model.associations().values().stream().noneMatch(association -> isBound(entity, association));
    }

    private boolean isBound(EntityName entity, Association association) {
        return model.isKindOf(entity, association.to())
                || (model.isKindOf(entity, association.from())
                        && association.storage() instanceof Association.InJoinTable);
    }

    /** The objects' own entity is {@code entity}. The problem when something prevents it; the caller takes all back then. */
    Uni<Optional<Problem>> delete(SqlConnection connection, Touches touches, EntityName entity, Collection<?> ids) {
        return new Run(connection, touches)
                .delete(entity, ids)
                .replaceWith(Optional.<Problem>empty())
                .onFailure(Prevented.class)
                .recoverWithItem(failure -> Optional.of(failure.problem));
    }

    /**
     * The same for objects to which nothing refers and whose own pairs change no others: all in one go, without waiting between
     * the statements. Gives false when there was something, and then it has to be taken back.
     */
    Uni<Boolean> deleteUntied(SqlConnection connection, EntityName entity, Collection<?> ids) {
        List<Uni<Boolean>> all = new ArrayList<>();
        all.add(ChangeValues.run(connection, statements.lockToDelete(entity, ids))
                .replaceWith(true));
        for (Association association : toThis(entity)) {
            all.add(isNone(connection, statements.referrers(association, ids)));
            all.add(ChangeValues.run(connection, cleared(association, ids)).replaceWith(true));
        }
        for (Association association : fromThis(entity)) {
            if (association.storage() instanceof Association.InJoinTable pairs) {
                if (association.bothOwn()) {
                    all.add(isNone(connection, statements.paired(association, ids)));
                }
                all.add(ChangeValues.run(connection, statements.removePairs(association, pairs, Direction.FORWARD, ids))
                        .replaceWith(true));
            }
        }
        model.lineage(entity)
                .forEach(table -> all.add(ChangeValues.run(connection, statements.delete(table, ids))
                        .replaceWith(true)));
        return Uni.join().all(all).andFailFast().map(answers -> answers.stream().allMatch(answer -> answer));
    }

    private static Uni<Boolean> isNone(SqlConnection connection, SqlStatement query) {
        return ChangeValues.run(connection, query).map(rows -> rows.size() == 0);
    }

    /** What goes by a cascade prevents nothing afterwards. Another store's objects are beyond this transaction. */
    private List<Association> toThis(EntityName entity) {
        return model.associations().values().stream()
                .filter(association -> model.isKindOf(entity, association.to()))
                .filter(association -> model.entity(association.from())
                        .store()
                        .equals(model.entity(entity).store()))
                .sorted(Comparator.comparing(
                        (Association association) -> association.onDelete() != Association.OnDelete.CASCADE))
                .toList();
    }

    private List<Association> fromThis(EntityName entity) {
        return model.associations().values().stream()
                .filter(association -> model.isKindOf(entity, association.from()))
                .toList();
    }

    private SqlStatement cleared(Association association, Collection<?> ids) {
        return switch (association.storage()) {
            case Association.InColumn storage -> statements.clearReferences(association, storage, ids);
            case Association.InJoinTable pairs -> statements.removePairs(association, pairs, Direction.BACKWARD, ids);
        };
    }

    private final class Run {
        private final SqlConnection connection;
        private final Touches touches;
        private final Map<EntityName, Set<Object>> going = new TreeMap<>();

        Run(SqlConnection connection, Touches touches) {
            this.connection = connection;
            this.touches = touches;
        }

        Uni<Void> delete(EntityName entity, Collection<?> ids) {
            going.computeIfAbsent(model.root(entity), _ -> new HashSet<>()).addAll(ids);
            // Whoever is just about to refer to them has done so by then, or finds them gone.
            return run(statements.lockToDelete(entity, ids))
                    .flatMap(_ -> InTurn.each(toThis(entity), association -> referrers(association, ids)))
                    .flatMap(_ -> InTurn.each(fromThis(entity), association -> ownPairs(association, ids)))
                    .flatMap(_ -> InTurn.each(model.lineage(entity), table -> run(statements.delete(table, ids))));
        }

        private Uni<Void> referrers(Association association, Collection<?> ids) {
            return switch (association.onDelete()) {
                case KEEP -> keep(association, ids);
                case PREVENT -> found(association, ids).flatMap(found -> prevent(association, found, ids));
                // Those that refer go first: their reference may be one that is never empty. In a circle something is
                // left.
                case CASCADE ->
                    found(association, ids)
                            .flatMap(found -> InTurn.each(found.entrySet(), of -> delete(of.getKey(), of.getValue())))
                            .flatMap(_ -> clear(association, ids));
            };
        }

        private Uni<Void> keep(Association association, Collection<?> ids) {
            boolean touched =
                    association.storage() instanceof Association.InColumn || touches.followsPairs(association.from());
            return touched
                    ? found(association, ids)
                            .flatMap(found ->
                                    InTurn.each(found.entrySet(), of -> touches.before(of.getKey(), of.getValue())))
                            .flatMap(_ -> clear(association, ids))
                    : clear(association, ids);
        }

        /** Objects that go themselves prevent nothing. */
        private Uni<Void> prevent(Association association, Map<EntityName, Set<Object>> found, Collection<?> ids) {
            if (!found.isEmpty()) {
                return Uni.createFrom()
                        .failure(new Prevented(Problem.of(
                                ProblemCode.DELETE_PREVENTED,
                                "The object cannot be deleted while a " + association.from() + " refers to it by '"
                                        + association.name() + "'.")));
            }
            return clear(association, ids);
        }

        /** Those that refer to the objects and are not about to go, by their own entity; locked. */
        private Uni<Map<EntityName, Set<Object>>> found(Association association, Collection<?> ids) {
            Set<Object> gone = going.getOrDefault(model.root(association.from()), Set.of());
            return ChangeValues.run(connection, statements.referrers(association, ids))
                    .map(rows -> {
                        Map<EntityName, Set<Object>> found = new TreeMap<>();
                        for (Row row : rows) {
                            Object id = row.getValue(0);
                            if (!gone.contains(id)) {
                                found.computeIfAbsent(
                                                own(association.from(), row.getString(1)), _ -> new LinkedHashSet<>())
                                        .add(id);
                            }
                        }
                        return found;
                    });
        }

        /** What the discriminator names; an unknown name is the entity through which the object was found. */
        private EntityName own(EntityName at, @Nullable String name) {
            return model.family(at).stream()
                    .filter(entity -> entity.toString().equals(name))
                    .findFirst()
                    .orElse(at);
        }

        private Uni<Void> clear(Association association, Collection<?> ids) {
            return run(cleared(association, ids));
        }

        private Uni<Void> ownPairs(Association association, Collection<?> ids) {
            return switch (association.storage()) {
                case Association.InColumn _ -> Uni.createFrom().voidItem();
                case Association.InJoinTable pairs ->
                    (association.bothOwn() && touches.followsPairs(association.to())
                                    ? touches.beforePairs(association, ids)
                                    : Uni.createFrom().voidItem())
                            .flatMap(_ -> run(statements.removePairs(association, pairs, Direction.FORWARD, ids)));
            };
        }

        private Uni<Void> run(SqlStatement statement) {
            return ChangeValues.run(connection, statement).replaceWithVoid();
        }
    }

    private static final class Prevented extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Prevented(Problem problem) {
            super("prevented", null, false, false);
            this.problem = problem;
        }
    }
}
