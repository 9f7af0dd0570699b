package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.upload.ObjectKey;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A look without locks at what late operations wait for, a few statements for all of a group: those that have to go on waiting
 * in any case are not even tried. So waiting costs next to nothing, and holds up nobody. What passes here is judged as anything
 * else.
 */
final class LateLook {
    private final SqlConnection connection;
    private final Model model;
    private final ChangeStatements statements;
    private final Parking parking;

    LateLook(SqlConnection connection, ChangeTools tools) {
        this.connection = connection;
        this.model = tools.model();
        this.statements = tools.writes().statements();
        this.parking = new Parking(model, connection);
    }

    /** An operation that may be tried. */
    private record Candidate(PartWork part, Step step) {
        Parking.Spot spot() {
            return Parking.Spot.of(part, step);
        }
    }

    /** The parts, in their order, with those of their steps that may go on. */
    Uni<List<PartWork>> ready(List<PartWork> group) {
        return parking.load(group).flatMap(_ -> present(group)).map(present -> ready(group, present));
    }

    /** Those of the objects that the operations may wait for that are there. */
    private Uni<Set<ObjectKey>> present(List<PartWork> group) {
        Map<EntityName, Set<Object>> wanted = new TreeMap<>();
        for (PartWork part : group) {
            part.steps().stream()
                    .filter(part::isPatient)
                    .flatMap(step -> step.change().stream())
                    .flatMap(change -> Stream.concat(Stream.of(ObjectKey.of(model, change)), targets(change)))
                    .forEach(key -> wanted.computeIfAbsent(key.root(), _ -> new TreeSet<>())
                            .add(key.id()));
        }
        Set<ObjectKey> present = new HashSet<>();
        return InARow.all(wanted.entrySet().stream()
                        .map(entry -> inHierarchy(entry.getKey(), entry.getValue(), present))
                        .toList())
                .replaceWith(present);
    }

    private Uni<Void> inHierarchy(EntityName root, Set<Object> ids, Set<ObjectKey> present) {
        ValueType type = model.idType(root);
        return ChangeValues.run(connection, statements.inHierarchy(root, ids))
                .invoke(rows -> rows.forEach(row ->
                        present.add(new ObjectKey(root, Objects.requireNonNull(ChangeValues.read(row, 0, type))))))
                .replaceWithVoid();
    }

    /** The objects of the same store that the change refers to: what another holds cannot be asked here. */
    private Stream<ObjectKey> targets(Change change) {
        return ObjectKey.referredTo(model, change)
                .filter(key -> model.entity(key.root())
                        .store()
                        .equals(model.entity(change.entity()).store()));
    }

    /** What one of them makes may be what another waits for, so it takes turns until no more fall out. */
    private List<PartWork> ready(List<PartWork> group, Set<ObjectKey> present) {
        List<Candidate> going = group.stream()
                .flatMap(part -> part.steps().stream().map(step -> new Candidate(part, step)))
                .collect(Collectors.toCollection(ArrayList::new));
        for (boolean less = true; less; ) {
            less = going.removeIf(waiting(going, present));
        }
        Set<Parking.Spot> spots = going.stream().map(Candidate::spot).collect(Collectors.toSet());
        return group.stream()
                .map(part -> part.with(part.steps().stream()
                        .filter(step -> spots.contains(Parking.Spot.of(part, step)))
                        .toList()))
                .filter(part -> !part.steps().isEmpty())
                .toList();
    }

    private Predicate<Candidate> waiting(List<Candidate> going, Set<ObjectKey> present) {
        Set<Parking.Spot> spots = new HashSet<>();
        Set<ObjectKey> made = new HashSet<>(present);
        for (Candidate candidate : going) {
            spots.add(candidate.spot());
            candidate
                    .step()
                    .change()
                    .filter(Change.Create.class::isInstance)
                    .ifPresent(create -> made.add(ObjectKey.of(model, create)));
        }
        Set<PartWork> held = Collections.newSetFromMap(new IdentityHashMap<>());
        going.stream()
                .filter(candidate -> candidate.part().atomic() && waits(candidate, spots, made))
                .forEach(candidate -> held.add(candidate.part()));
        return candidate -> held.contains(candidate.part()) || waits(candidate, spots, made);
    }

    private boolean waits(Candidate candidate, Set<Parking.Spot> going, Set<ObjectKey> made) {
        return candidate
                .step()
                .change()
                .filter(change -> waits(candidate.part(), candidate.step(), change, going, made))
                .isPresent();
    }

    private boolean waits(PartWork part, Step step, Change change, Set<Parking.Spot> going, Set<ObjectKey> made) {
        if (parking.isBehind(part, step, change, spot -> !going.contains(spot))) {
            return true;
        }
        Set<ObjectKey> missing =
                targets(change).filter(key -> !made.contains(key)).collect(Collectors.toSet());
        return (!missing.isEmpty() && parking.mayWait(part, step, missing))
                || (!made.contains(ObjectKey.of(model, change)) && parking.isToCome(part, step, change));
    }
}
