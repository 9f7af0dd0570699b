package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.policy.StoredState;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Ruling;
import dev.tidegate.upload.StateRules;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.WriteOrder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One part being applied, in a transaction that has claimed its lane. Operations are judged and written in the order of the
 * batch, each write in a savepoint of its own, so that a constraint rejects one operation and nothing else. What happened is
 * kept in {@code applied} by the same transaction.
 */
final class ApplyRun {
    private final Model model;
    private final SqlConnection connection;
    private final PartWork work;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final StateRules rules;
    private final Instant now;
    private final AppliedLog log;

    ApplyRun(
            Model model,
            SqlConnection connection,
            PartWork work,
            ObjectReads reads,
            ObjectWrites writes,
            StateRules rules,
            Instant now) {
        this.model = model;
        this.connection = connection;
        this.work = work;
        this.reads = reads;
        this.writes = writes;
        this.rules = rules;
        this.now = now;
        this.log = new AppliedLog(model, connection, work);
    }

    Uni<List<OperationOutcome>> run() {
        return Transactions.timely(lockAll())
                .flatMap(_ -> Transactions.timely(log.loadOwnVersions()))
                .flatMap(_ -> work.atomic() ? allOrNothing() : inOrder(work.steps()))
                .flatMap(_ -> Transactions.timely(log.noteLastVersions(reads)))
                .flatMap(_ -> Transactions.timely(log.write()))
                .map(_ -> log.outcomes());
    }

    /** Store-protocol 4: ordered by entity and id, so that two parts cannot wait for each other. */
    private Uni<Void> lockAll() {
        Map<EntityName, TreeSet<Object>> wanted = new TreeMap<>();
        for (Step step : work.steps()) {
            if (step.todo() instanceof Step.Write write && !(write.change() instanceof Change.Create)) {
                wanted.computeIfAbsent(write.change().entity(), _ -> new TreeSet<>())
                        .add(write.change().id());
            }
        }
        return Multi.createFrom()
                .iterable(wanted.entrySet())
                .onItem()
                .transformToUniAndConcatenate(entry ->
                        ChangeValues.run(connection, writes.statements().lock(entry.getKey(), entry.getValue())))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> inOrder(List<Step> steps) {
        return each(
                WriteOrder.of(model, steps),
                unit -> unit.then().isEmpty() ? each(unit.first(), this::one) : together(unit));
    }

    private static <T> Uni<Void> each(List<T> items, Function<T, Uni<Void>> step) {
        return Multi.createFrom()
                .iterable(items)
                .onItem()
                .transformToUniAndConcatenate(item -> step.apply(item).replaceWith(true))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Creates that refer to each other: all of them, or again without the one that cannot be written. */
    private Uni<Void> together(WriteOrder.Unit unit) {
        AppliedLog.Mark mark = log.mark();
        return plain("SAVEPOINT together")
                .flatMap(_ -> each(unit.first(), this::one))
                .flatMap(_ -> culprit(unit))
                .flatMap(culprit -> culprit.isEmpty()
                        ? plain("RELEASE SAVEPOINT together")
                        : plain("ROLLBACK TO SAVEPOINT together")
                                .flatMap(_ -> plain("RELEASE SAVEPOINT together"))
                                .invoke(() -> log.backTo(mark))
                                .flatMap(_ -> inOrder(without(unit, culprit.get()))));
    }

    /** A create of the circle that was refused, or whose reference is in the second step. */
    private Uni<Optional<OperationOutcome>> culprit(WriteOrder.Unit unit) {
        Optional<OperationOutcome> refused = unit.first().stream()
                .filter(step -> step.todo() instanceof Step.Write write && write.change() instanceof Change.Create)
                .flatMap(step -> log.outcomeOf(step).stream())
                .filter(OperationOutcome::isError)
                .findFirst();
        return refused.isPresent()
                ? Uni.createFrom().item(refused)
                : Multi.createFrom()
                        .iterable(unit.then())
                        .onItem()
                        .transformToUniAndConcatenate(this::reference)
                        .filter(Optional::isPresent)
                        .toUni()
                        .map(found -> found == null ? Optional.empty() : found);
    }

    private Uni<Optional<OperationOutcome>> reference(Step step) {
        if (!(step.todo() instanceof Step.Write write)) {
            return Uni.createFrom().item(Optional.empty());
        }
        Touches touches = new Touches(model, connection, reads);
        return Transactions.timely(writes.attempt(connection, write.change(), touches, step.pointer()))
                .invoke(() -> touches.all().forEach(log::touched))
                .map(problem -> problem.map(why -> OperationOutcome.rejected(step.index(), why)));
    }

    private static List<Step> without(WriteOrder.Unit unit, OperationOutcome culprit) {
        return unit.steps().stream()
                .map(step -> step.index() == culprit.index() ? step.keep(culprit) : step)
                .toList();
    }

    /** The first operation that cannot be applied takes all others back. */
    private Uni<Void> allOrNothing() {
        return plain("SAVEPOINT whole")
                .flatMap(_ -> inOrder(work.steps()))
                .invoke(() -> work.steps().forEach(this::stopAtError))
                .onFailure(Spoilt.class)
                .recoverWithUni(failure ->
                        plain("ROLLBACK TO SAVEPOINT whole").invoke(() -> log.rejectAllBut(failure.culprit)));
    }

    private void stopAtError(Step step) {
        if (log.outcomeOf(step).filter(OperationOutcome::isError).isPresent()) {
            throw new Spoilt(step);
        }
    }

    private Uni<Void> one(Step step) {
        return switch (step.todo()) {
            case Step.Keep(var outcome) -> note(step, outcome);
            case Step.Write write -> Transactions.timely(work.last() ? atLast(step, write) : apply(step, write));
        };
    }

    private Uni<Void> apply(Step step, Step.Write write) {
        // A statement after the lock: it sees what the lock waited for (store-protocol 4).
        return reads.state(
                        connection,
                        write.change(),
                        write.grants(),
                        work.caller().at(now))
                .flatMap(stored -> judged(step, write, stored));
    }

    /** Store-protocol 5: what fails for good takes no other operation with it. */
    private Uni<Void> atLast(Step step, Step.Write write) {
        AppliedLog.Mark mark = log.mark();
        return plain("SAVEPOINT last")
                .flatMap(_ -> apply(step, write))
                .flatMap(_ -> plain("RELEASE SAVEPOINT last"))
                .onFailure(failure -> !PgChangeWriter.passes(failure))
                .recoverWithUni(() -> plain("ROLLBACK TO SAVEPOINT last")
                        .flatMap(_ -> plain("RELEASE SAVEPOINT last"))
                        .invoke(() -> log.backTo(mark))
                        .flatMap(_ -> note(step, OperationOutcome.givenUp(step.index()))));
    }

    private Uni<Void> judged(Step step, Step.Write write, StoredState stored) {
        if (stored instanceof StoredState.Present present) {
            log.found(write.change(), present.version());
        }
        return switch (rules.judge(step, write, stored, log.ownVersions(write.change()))) {
            case Ruling.Write _ -> write(step, write, stored);
            case Ruling.NothingToDo _ -> note(step, OperationOutcome.applied(step.index()));
            case Ruling.Reject(var problem) -> note(step, OperationOutcome.rejected(step.index(), problem));
            case Ruling.Conflict(var problem) ->
                reads.current(
                                connection,
                                write.change(),
                                write.grants(),
                                work.caller().at(now))
                        .flatMap(current -> note(step, OperationOutcome.conflict(step.index(), problem, current)));
        };
    }

    private Uni<Void> note(Step step, OperationOutcome outcome) {
        log.note(step, outcome);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> write(Step step, Step.Write write, StoredState stored) {
        Touches touches = new Touches(model, connection, reads);
        Optional<String> before =
                stored instanceof StoredState.Present present ? Optional.of(present.version()) : Optional.empty();
        return writes.attempt(connection, write.change(), touches, step.pointer())
                .flatMap(refused -> refused.isPresent()
                        ? note(step, OperationOutcome.rejected(step.index(), refused.get()))
                        : wrote(step, write.change(), before, touches));
    }

    private Uni<Void> wrote(Step step, Change change, Optional<String> before, Touches touches) {
        log.wrote(step, change, before, touches.all());
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> plain(String sql) {
        return Transactions.plain(connection, sql);
    }

    /** Ends an atomic part early. */
    private static final class Spoilt extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Step culprit;

        Spoilt(Step culprit) {
            super("operation " + culprit.index() + " of an atomic part", null, false, false);
            this.culprit = culprit;
        }
    }
}
