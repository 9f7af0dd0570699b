package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.upload.ObjectKey;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every object that is referred to must be there, and stays there to the end of the transaction. */
final class References {
    private final Model model;
    private final ChangeStatements statements;

    References(Model model, ChangeStatements statements) {
        this.model = model;
        this.statements = statements;
    }

    /** A change, and where it stands in its batch, or an empty text. */
    record Referring(Change change, String pointer) {}

    /** One member's targets. */
    private record Use(int change, MemberValue member, EntityName target, Set<Object> ids) {}

    /** What of a change refers to nothing: the first such member, and all objects that are missing (some may not be). */
    record Dangling(String pointer, String member, EntityName target, Set<ObjectKey> missing) {
        Problem problem() {
            return said(ProblemCode.DANGLING_REFERENCE, "that does not exist. Create that first.");
        }

        /** What is said to those who may wait for it. */
        Problem waiting() {
            return said(ProblemCode.PARKED, "that does not exist yet. The operation waits for it.");
        }

        private Problem said(ProblemCode code, String end) {
            return Problem.of(List.of(Violation.at(
                    pointer + "/associations/" + member, code, "'" + member + "' refers to a " + target + " " + end)));
        }
    }

    /** For each of the changes what refers to something that is not there. */
    Uni<List<Optional<Dangling>>> dangling(SqlConnection connection, List<Referring> changes) {
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i).change();
            for (MemberValue member : Change.members(change)) {
                Set<Object> ids = new TreeSet<>(targets(member));
                int at = i;
                end(member)
                        .filter(end -> !ids.isEmpty() && isKeptHere(change, end))
                        .ifPresent(end -> uses.add(new Use(at, member, end.target(), ids)));
            }
        }
        Map<Integer, Dangling> found = new HashMap<>();
        return InARow.all(checks(connection, changes, uses, found))
                .map(_ -> IntStream.range(0, changes.size())
                        .mapToObj(i -> Optional.ofNullable(found.get(i)))
                        .toList());
    }

    private List<Uni<Void>> checks(
            SqlConnection connection, List<Referring> changes, List<Use> uses, Map<Integer, Dangling> found) {
        Map<EntityName, List<Use>> together = new TreeMap<>();
        List<Uni<Void>> checks = new ArrayList<>();
        for (Use use : uses) {
            if (idType(use.target()) == IdType.STRING) {
                // Counted, not compared: a collation may take two texts for one.
                checks.add(ChangeValues.run(connection, statements.keepTargets(use.target(), use.ids()))
                        .invoke(rows ->
                                note(changes, use, rows.size() == use.ids().size() ? Set.of() : use.ids(), found))
                        .replaceWithVoid());
            } else {
                together.computeIfAbsent(use.target(), _ -> new ArrayList<>()).add(use);
            }
        }
        together.forEach((target, of) -> checks.add(kept(connection, target, of)
                .invoke(there -> of.forEach(use -> note(changes, use, without(use.ids(), there), found)))
                .replaceWithVoid()));
        return checks;
    }

    private Uni<Set<Object>> kept(SqlConnection connection, EntityName target, List<Use> uses) {
        Set<Object> wanted = new TreeSet<>();
        uses.forEach(use -> wanted.addAll(use.ids()));
        ValueType type = idType(target).valueType();
        return ChangeValues.run(connection, statements.keepTargets(target, wanted))
                .map(rows -> {
                    Set<Object> there = new HashSet<>();
                    rows.forEach(row ->
                            Optional.ofNullable(ChangeValues.read(row, 0, type)).ifPresent(there::add));
                    return there;
                });
    }

    private static Set<Object> without(Set<Object> ids, Set<Object> there) {
        return ids.stream().filter(id -> !there.contains(id)).collect(Collectors.toSet());
    }

    private void note(List<Referring> changes, Use use, Set<Object> missing, Map<Integer, Dangling> found) {
        if (!missing.isEmpty()) {
            Set<ObjectKey> keys = missing.stream()
                    .map(id -> ObjectKey.of(model, use.target(), id))
                    .collect(Collectors.toSet());
            String pointer = changes.get(use.change()).pointer();
            found.merge(
                    use.change(), new Dangling(pointer, use.member().member(), use.target(), keys), References::both);
        }
    }

    private static Dangling both(Dangling one, Dangling other) {
        Set<ObjectKey> missing = new HashSet<>(one.missing());
        missing.addAll(other.missing());
        return new Dangling(one.pointer(), one.member(), one.target(), missing);
    }

    /** What another store holds cannot be asked here. */
    private boolean isKeptHere(Change change, OwnedEnd end) {
        return model.entity(end.target())
                .store()
                .equals(model.entity(change.entity()).store());
    }

    static Collection<Object> targets(MemberValue member) {
        return switch (member) {
            case MemberValue.OfAttribute _ -> List.of();
            case MemberValue.Reference set -> set.target().map(List::of).orElse(List.of());
            case MemberValue.Targets set -> set.targets();
            case MemberValue.TargetsEdit edit -> edit.add();
        };
    }

    static Optional<OwnedEnd> end(MemberValue member) {
        return switch (member) {
            case MemberValue.OfAttribute _ -> Optional.empty();
            case MemberValue.Reference set -> Optional.of(set.end());
            case MemberValue.Targets set -> Optional.of(set.end());
            case MemberValue.TargetsEdit edit -> Optional.of(edit.end());
        };
    }

    private IdType idType(EntityName entity) {
        return model.entity(entity).identity().type();
    }
}
