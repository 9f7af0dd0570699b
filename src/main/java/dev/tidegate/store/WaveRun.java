package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.sql.SqlStatement;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.Waves;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One wave of a group (store-protocol 4): its rows are locked, then all of it is judged, then what is fine is written, a
 * statement for many. When that fails for a reason of the data the operations are halved, in the order of the group, until the
 * culprit is alone; so an operation is refused only after all before it were settled, and never for what a later one has done.
 *
 * <p>The one thing that this leaves open is a unique value that an operation of the wave takes and a later one frees: whether
 * it is free by then is up to the store.
 */
final class WaveRun {
    /** Bounds how long one statement may take, also of a part that is huge. */
    private static final int MOST_AT_ONCE = 1_000;

    private final SqlConnection connection;
    private final ChangeTools tools;
    private final AppliedLog log;
    private final Judge judge;
    private final Soundness soundness;
    private final SingleWrites singles;
    private final OneByOne oneByOne;

    WaveRun(SqlConnection connection, ChangeTools tools, AppliedLog log, Instant now) {
        this.connection = connection;
        this.tools = tools;
        this.log = log;
        this.judge = new Judge(connection, tools, log, now);
        this.soundness = new Soundness(connection, tools, log);
        this.singles = new SingleWrites(connection, tools, log);
        this.oneByOne = new OneByOne(connection, tools, log, judge, soundness);
    }

    Uni<Void> apply(List<ApplyUnit> wave) {
        List<ApplyUnit.Single> together = wave.stream()
                .flatMap(unit -> unit instanceof ApplyUnit.Single single && Waves.isJudgedTogether(tools.model(), unit)
                        ? Stream.of(single)
                        : Stream.empty())
                .toList();
        // Sent at once: the judgement is a statement that starts after the lock, and sees what the lock waited for.
        return Transactions.timely(Uni.combine()
                        .all()
                        .unis(
                                log.noteVersionsBefore(wave, tools.reads()),
                                InARow.all(locks(wave.stream().flatMap(unit -> unit.steps().stream()))),
                                judge.fine(together))
                        .with((_, _, fine) -> fine))
                .flatMap(fine -> Transactions.timely(soundness.sound(fine)))
                .flatMap(fine -> InTurn.each(runs(wave, fine), this::write));
    }

    /** Locks the stored objects of the steps, ordered by entity and id. */
    List<Uni<Void>> locks(Stream<Step> steps) {
        return locks(
                steps,
                change -> !(change instanceof Change.Create),
                tools.writes().statements()::lock);
    }

    /** Locks those that are to go, so that nobody can begin to refer to them. */
    List<Uni<Void>> locksToDelete(Stream<Step> steps) {
        return locks(steps, Change.Delete.class::isInstance, tools.writes().statements()::lockToDelete);
    }

    private List<Uni<Void>> locks(
            Stream<Step> steps, Predicate<Change> which, BiFunction<EntityName, Collection<?>, SqlStatement> lock) {
        Map<EntityName, TreeSet<Object>> wanted = new TreeMap<>();
        steps.forEach(step -> {
            if (step.todo() instanceof Step.Write write && which.test(write.change())) {
                wanted.computeIfAbsent(write.change().entity(), _ -> new TreeSet<>())
                        .add(write.change().id());
            }
        });
        return wanted.entrySet().stream()
                .map(entry -> ChangeValues.run(connection, lock.apply(entry.getKey(), entry.getValue()))
                        .replaceWithVoid())
                .toList();
    }

    /** What is written as one: operations together, or a unit by itself. */
    private sealed interface Run {
        record Together(Way way, List<Fine> operations) implements Run {}

        record Alone(Fine operation) implements Run {}

        record Late(ApplyUnit unit) implements Run {}
    }

    /** How operations are written together. */
    private enum Way {
        /** They concern nothing but their objects' own rows. */
        ROWS,
        /** Deletes of objects that others might refer to; if any does, they cannot. */
        DELETES
    }

    /**
     * In the order of the group, but deletes before others: they take nothing, and what they free may be wanted. They stay behind
     * units that are judged later, since those may delete as well.
     */
    private List<Run> runs(List<ApplyUnit> wave, List<Fine> fine) {
        IdentityHashMap<ApplyUnit, Fine> found = new IdentityHashMap<>();
        fine.forEach(one -> found.put(one.unit(), one));
        List<Run> runs = new ArrayList<>();
        int deletes = 0;
        for (ApplyUnit unit : wave) {
            Fine one = found.get(unit);
            if (one != null) {
                runs.add(one.change() instanceof Change.Delete ? deletes++ : runs.size(), run(one));
            } else if (!Waves.isJudgedTogether(tools.model(), unit)) {
                runs.add(new Run.Late(unit));
                deletes = runs.size();
            }
        }
        return joined(runs);
    }

    private Run run(Fine one) {
        if (tools.sets().takes(one.change())) {
            return new Run.Together(Way.ROWS, new ArrayList<>(List.of(one)));
        }
        return one.change() instanceof Change.Delete
                ? new Run.Together(Way.DELETES, new ArrayList<>(List.of(one)))
                : new Run.Alone(one);
    }

    private static List<Run> joined(List<Run> runs) {
        List<Run> joined = new ArrayList<>();
        for (Run run : runs) {
            if (!joined.isEmpty()
                    && joined.getLast() instanceof Run.Together(var way, var before)
                    && run instanceof Run.Together(var other, var operations)
                    && way == other
                    && before.size() < MOST_AT_ONCE) {
                before.addAll(operations);
            } else {
                joined.add(run);
            }
        }
        return joined;
    }

    private Uni<Void> write(Run run) {
        return switch (run) {
            case Run.Together(var way, var operations) -> together(way, operations);
            case Run.Alone(var operation) -> singles.write(operation);
            case Run.Late(var unit) -> oneByOne.apply(unit);
        };
    }

    private Uni<Void> together(Way way, List<Fine> operations) {
        if (way == Way.DELETES && operations.size() == 1) {
            return singles.write(operations.getFirst());
        }
        return Transactions.timely(written(way, operations))
                .invoke(() -> operations.forEach(one -> log.wrote(one, List.of())))
                .onFailure(WaveRun::isOfSome)
                .recoverWithUni(
                        () -> Transactions.plain(connection, "ROLLBACK TO SAVEPOINT wave; RELEASE SAVEPOINT wave")
                                .flatMap(_ -> apart(way, operations)));
    }

    /** In a savepoint, which stays open when it fails. */
    private Uni<Void> written(Way way, List<Fine> operations) {
        return switch (way) {
            case ROWS -> InARow.all(rows(operations));
            case DELETES ->
                Uni.join()
                        .all(deletes(operations))
                        .andFailFast()
                        .flatMap(untied -> untied.contains(false)
                                ? Uni.createFrom().failure(new Tied())
                                : Transactions.plain(connection, "RELEASE SAVEPOINT wave"));
        };
    }

    private List<Uni<Void>> rows(List<Fine> operations) {
        List<Uni<Void>> all = new ArrayList<>();
        all.add(Transactions.plain(connection, "SAVEPOINT wave"));
        tools.sets()
                .statements(operations.stream().map(Fine::change).toList())
                .forEach(statement ->
                        all.add(ChangeValues.run(connection, statement).replaceWithVoid()));
        all.add(Transactions.plain(connection, "RELEASE SAVEPOINT wave"));
        return all;
    }

    private List<Uni<Boolean>> deletes(List<Fine> operations) {
        Map<EntityName, TreeSet<Object>> wanted = new TreeMap<>();
        operations.forEach(one -> wanted.computeIfAbsent(one.change().entity(), _ -> new TreeSet<>())
                .add(one.change().id()));
        List<Uni<Boolean>> all = new ArrayList<>();
        all.add(Transactions.plain(connection, "SAVEPOINT wave").replaceWith(true));
        wanted.forEach((entity, ids) -> all.add(tools.writes().deleteUntied(connection, entity, ids)));
        return all;
    }

    private static boolean isOfSome(Throwable failure) {
        return failure instanceof Tied || (failure instanceof PgException fault && PgFaults.refusesData(fault));
    }

    private Uni<Void> apart(Way way, List<Fine> operations) {
        int middle = operations.size() / 2;
        return middle == 0
                ? singles.write(operations.getFirst())
                : together(way, operations.subList(0, middle))
                        .flatMap(_ -> together(way, operations.subList(middle, operations.size())));
    }

    /** Something refers to one of the objects at least. */
    private static final class Tied extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Tied() {
            super("referred to", null, false, false);
        }
    }
}
