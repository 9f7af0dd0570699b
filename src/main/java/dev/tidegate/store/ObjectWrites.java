package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.problem.Problem;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.ChangeStatements.Cell;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes one change that was judged fine, or nothing and says why: a reference into nothing, a delete that is prevented, a
 * constraint of the store.
 */
final class ObjectWrites {
    private final Model model;
    private final ChangeStatements statements;
    private final OwnRows ownRows;
    private final References references;
    private final Deletion deletion;

    ObjectWrites(Model model) {
        this.model = model;
        this.statements = new ChangeStatements(model);
        this.ownRows = new OwnRows(model);
        this.references = new References(model, statements);
        this.deletion = new Deletion(model, statements);
    }

    ChangeStatements statements() {
        return statements;
    }

    /**
     * Writes in a savepoint; what was refused is taken back, and explained.
     *
     * @param pointer where the change stands in its batch, or empty
     */
    Uni<Optional<Problem>> attempt(SqlConnection connection, Change change, Touches touches, String pointer) {
        return Transactions.plain(connection, "SAVEPOINT operation")
                .flatMap(_ -> write(connection, change, touches, pointer))
                .onFailure(ObjectWrites::isRefusal)
                .recoverWithUni(failure -> Transactions.plain(connection, "ROLLBACK TO SAVEPOINT operation")
                        .flatMap(_ ->
                                new StoreRefusals(model, connection).explain(change, (PgException) failure, pointer))
                        .map(Optional::of))
                .call(refused -> refused.isPresent()
                        ? Transactions.plain(connection, "ROLLBACK TO SAVEPOINT operation")
                        : Uni.createFrom().voidItem())
                .call(_ -> Transactions.plain(connection, "RELEASE SAVEPOINT operation"));
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof PgException fault && PgFaults.refusesData(fault);
    }

    private Uni<Optional<Problem>> write(SqlConnection connection, Change change, Touches touches, String pointer) {
        return switch (change) {
            case Change.Create create ->
                dangling(connection, create, pointer)
                        .flatMap(found -> found.isPresent()
                                ? Uni.createFrom().item(found)
                                : made(connection, create).flatMap(_ -> farSides(connection, touches, create)));
            case Change.Update update ->
                dangling(connection, update, pointer)
                        .flatMap(found -> found.isPresent()
                                ? Uni.createFrom().item(found)
                                : touched(touches, update.members(), update.id())
                                        .flatMap(_ -> all(connection, update(update)))
                                        .replaceWith(Optional.empty()));
            case Change.Delete delete -> deletion.delete(connection, touches, delete.entity(), List.of(delete.id()));
        };
    }

    /** {@link Deletion#deleteUntied}. */
    Uni<Boolean> deleteUntied(SqlConnection connection, EntityName entity, Collection<?> ids) {
        return deletion.deleteUntied(connection, entity, ids);
    }

    /** {@link References#dangling}. */
    Uni<List<Optional<References.Dangling>>> dangling(SqlConnection connection, List<References.Referring> changes) {
        return references.dangling(connection, changes);
    }

    private Uni<Optional<Problem>> dangling(SqlConnection connection, Change change, String pointer) {
        return dangling(connection, List.of(new References.Referring(change, pointer)))
                .map(List::getFirst)
                .map(found -> found.map(References.Dangling::problem));
    }

    private Uni<Void> made(SqlConnection connection, Change.Create create) {
        return all(connection, create(create));
    }

    private Uni<Optional<Problem>> farSides(SqlConnection connection, Touches touches, Change.Create create) {
        List<SqlStatement> writes = create.members().stream()
                .flatMap(member -> farSide(member, create.id()).stream())
                .toList();
        return touched(touches, create.members(), create.id())
                .flatMap(_ -> all(connection, writes))
                .replaceWith(Optional.empty());
    }

    /** Notes the objects at the far ends that become other versions by what this end owns as well. */
    private static Uni<Void> touched(Touches touches, List<MemberValue> members, Object id) {
        return Multi.createFrom()
                .iterable(members)
                .onItem()
                .transformToUniAndConcatenate(
                        member -> touched(touches, member, id).replaceWith(true))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static Uni<Void> touched(Touches touches, MemberValue member, Object id) {
        Optional<OwnedEnd> end =
                References.end(member).filter(owned -> owned.association().bothOwn());
        if (end.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Association association = end.get().association();
        boolean forward = end.get().direction() == Direction.FORWARD;
        return switch (association.storage()) {
            case Association.InColumn _ ->
                forward
                        ? Uni.createFrom().voidItem()
                        : touches.beforeReferrers(association, id)
                                .flatMap(_ -> touches.before(association.from(), References.targets(member)));
            case Association.InJoinTable _ ->
                touches.followsPairs(end.get().target())
                        ? touches.before(end.get().target(), concerned(member))
                                .flatMap(_ -> forward
                                        ? touches.beforePairs(association, List.of(id))
                                        : touches.beforeReferrers(association, id))
                        : Uni.createFrom().voidItem();
        };
    }

    private static Collection<Object> concerned(MemberValue member) {
        return member instanceof MemberValue.TargetsEdit edit
                ? Stream.concat(edit.add().stream(), edit.remove().stream()).toList()
                : References.targets(member);
    }

    private static Uni<Void> all(SqlConnection connection, List<SqlStatement> writes) {
        return Multi.createFrom()
                .iterable(writes)
                .onItem()
                .transformToUniAndConcatenate(write -> ChangeValues.run(connection, write))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private List<SqlStatement> create(Change.Create create) {
        Map<EntityName, List<Cell>> cells = ownRows.cells(create.members());
        List<SqlStatement> writes = new ArrayList<>();
        for (EntityName table : model.lineage(create.entity()).reversed()) {
            writes.add(statements.insert(table, create.entity(), create.id(), cells.getOrDefault(table, List.of())));
        }
        return writes;
    }

    private List<SqlStatement> update(Change.Update update) {
        List<SqlStatement> writes = new ArrayList<>();
        Map<EntityName, List<Cell>> cells = ownRows.cells(update.members());
        cells.forEach((table, changed) -> writes.add(statements.update(table, update.id(), changed)));
        for (MemberValue member : update.members()) {
            writes.addAll(farSide(member, update.id()));
        }
        // Pairs and the far side's column are not in this object's rows, so they would leave its version as it was.
        if (cells.isEmpty() && !writes.isEmpty()) {
            writes.add(statements.touch(update.entity(), update.id()));
        }
        return writes;
    }

    /** What is kept elsewhere: pairs, and references in the far side's column. */
    private List<SqlStatement> farSide(MemberValue member, Object id) {
        return switch (member) {
            case MemberValue.OfAttribute _ -> List.of();
            case MemberValue.Reference(var end, var target) ->
                replaced(end, id, target.map(List::of).orElse(List.of()));
            case MemberValue.Targets(var end, var targets) -> replaced(end, id, targets);
            case MemberValue.TargetsEdit(var end, var add, var remove) ->
                switch (end.association().storage()) {
                    case Association.InColumn _ -> throw noSet(end);
                    case Association.InJoinTable pairs ->
                        List.of(
                                statements.removeTargets(end, pairs, id, remove, false),
                                statements.addTargets(end, pairs, id, add));
                };
        };
    }

    private List<SqlStatement> replaced(OwnedEnd end, Object id, List<Object> targets) {
        return switch (end.association().storage()) {
            case Association.InJoinTable pairs ->
                List.of(
                        statements.removeTargets(end, pairs, id, targets, true),
                        statements.addTargets(end, pairs, id, targets));
            case Association.InColumn storage ->
                end.direction() == Direction.FORWARD ? List.of() : farColumn(end, storage, id, targets);
        };
    }

    private List<SqlStatement> farColumn(OwnedEnd end, Association.InColumn storage, Object id, List<Object> targets) {
        List<SqlStatement> writes = new ArrayList<>();
        writes.add(statements.clearReferences(end.association(), storage, List.of(id)));
        for (Object target : targets) {
            EntityName near = end.association().to();
            writes.add(statements.update(
                    end.association().from(), target, List.of(new Cell(storage.column(), model.idType(near), id))));
        }
        return writes;
    }

    private static IllegalArgumentException noSet(OwnedEnd end) {
        return new IllegalArgumentException(end.association().name() + " keeps one reference, not a set");
    }
}
