package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.Waves;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
                                InARow.all(locks(wave)),
                                judge.fine(together))
                        .with((_, _, fine) -> fine))
                .flatMap(fine -> Transactions.timely(soundness.sound(fine)))
                .flatMap(fine -> InTurn.each(runs(wave, fine), this::write));
    }

    /** Locks the stored objects of the units, ordered by entity and id. */
    List<Uni<Void>> locks(List<ApplyUnit> units) {
        Map<EntityName, TreeSet<Object>> wanted = new TreeMap<>();
        for (ApplyUnit unit : units) {
            for (Step step : unit.steps()) {
                if (step.todo() instanceof Step.Write write && !(write.change() instanceof Change.Create)) {
                    wanted.computeIfAbsent(write.change().entity(), _ -> new TreeSet<>())
                            .add(write.change().id());
                }
            }
        }
        return wanted.entrySet().stream()
                .map(entry -> ChangeValues.run(
                                connection, tools.writes().statements().lock(entry.getKey(), entry.getValue()))
                        .replaceWithVoid())
                .toList();
    }

    /** What is written as one: operations together, or a unit by itself. */
    private sealed interface Run {
        record Together(List<Fine> operations) implements Run {}

        record Alone(Fine operation) implements Run {}

        record Late(ApplyUnit unit) implements Run {}
    }

    /** In the order of the group, but deletes before all others: they take nothing, and what they free may be wanted. */
    private List<Run> runs(List<ApplyUnit> wave, List<Fine> fine) {
        IdentityHashMap<ApplyUnit, Fine> found = new IdentityHashMap<>();
        fine.forEach(one -> found.put(one.unit(), one));
        List<Run> runs = new ArrayList<>();
        for (ApplyUnit unit : wave) {
            Fine one = found.get(unit);
            if (one != null) {
                runs.add(tools.sets().takes(one.change()) ? new Run.Together(List.of(one)) : new Run.Alone(one));
            } else if (!Waves.isJudgedTogether(tools.model(), unit)) {
                runs.add(new Run.Late(unit));
            }
        }
        runs.sort(Comparator.comparing(WaveRun::isDelete).reversed());
        return joined(runs);
    }

    private static boolean isDelete(Run run) {
        return switch (run) {
            case Run.Together(var operations) -> operations.getFirst().change() instanceof Change.Delete;
            case Run.Alone(var operation) -> operation.change() instanceof Change.Delete;
            case Run.Late _ -> false;
        };
    }

    private static List<Run> joined(List<Run> runs) {
        List<Run> joined = new ArrayList<>();
        List<Fine> open = new ArrayList<>();
        for (Run run : runs) {
            if (!open.isEmpty() && (open.size() == MOST_AT_ONCE || !(run instanceof Run.Together))) {
                joined.add(new Run.Together(List.copyOf(open)));
                open.clear();
            }
            if (run instanceof Run.Together(var operations)) {
                open.addAll(operations);
            } else {
                joined.add(run);
            }
        }
        if (!open.isEmpty()) {
            joined.add(new Run.Together(open));
        }
        return joined;
    }

    private Uni<Void> write(Run run) {
        return switch (run) {
            case Run.Together(var operations) -> together(operations);
            case Run.Alone(var operation) -> singles.write(operation);
            case Run.Late(var unit) -> oneByOne.apply(unit);
        };
    }

    private Uni<Void> together(List<Fine> operations) {
        return Transactions.timely(InARow.all(statements(operations)))
                .invoke(() -> operations.forEach(one -> log.wrote(one, List.of())))
                .onFailure(failure -> failure instanceof PgException fault && PgFaults.refusesData(fault))
                .recoverWithUni(
                        () -> Transactions.plain(connection, "ROLLBACK TO SAVEPOINT wave; RELEASE SAVEPOINT wave")
                                .flatMap(_ -> apart(operations)));
    }

    private List<Uni<Void>> statements(List<Fine> operations) {
        List<Uni<Void>> all = new ArrayList<>();
        all.add(Transactions.plain(connection, "SAVEPOINT wave"));
        tools.sets()
                .statements(operations.stream().map(Fine::change).toList())
                .forEach(statement ->
                        all.add(ChangeValues.run(connection, statement).replaceWithVoid()));
        all.add(Transactions.plain(connection, "RELEASE SAVEPOINT wave"));
        return all;
    }

    private Uni<Void> apart(List<Fine> operations) {
        int middle = operations.size() / 2;
        return middle == 0
                ? singles.write(operations.getFirst())
                : together(operations.subList(0, middle))
                        .flatMap(_ -> together(operations.subList(middle, operations.size())));
    }
}
