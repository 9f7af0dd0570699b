package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Problem;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Ruling;
import dev.tidegate.upload.StateRules;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.StoredState;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
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
        // Store-protocol 4: a deferred constraint would pass the savepoint and fail the commit.
        return plain("SET CONSTRAINTS ALL IMMEDIATE")
                .flatMap(_ -> lockAll())
                .flatMap(_ -> log.loadOwnVersions())
                .flatMap(_ -> work.atomic() ? allOrNothing() : oneByOne())
                .flatMap(_ -> log.noteLastVersions(reads))
                .flatMap(_ -> log.write())
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

    private Uni<Void> oneByOne() {
        return steps(this::one);
    }

    private Uni<Void> steps(Function<Step, Uni<Void>> each) {
        return Multi.createFrom()
                .iterable(work.steps())
                .onItem()
                .transformToUniAndConcatenate(step -> each.apply(step).replaceWith(step))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The first operation that cannot be applied takes all others back. */
    private Uni<Void> allOrNothing() {
        return plain("SAVEPOINT whole")
                .flatMap(_ -> steps(step -> one(step).invoke(() -> stopAtError(step))))
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
            case Step.Keep(var outcome) -> {
                log.note(step, outcome);
                yield Uni.createFrom().voidItem();
            }
            case Step.Write write ->
                // A statement after the lock: it sees what the lock waited for (store-protocol 4).
                reads.state(connection, write, work.caller(), now).flatMap(stored -> judged(step, write, stored));
        };
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
                reads.current(connection, write, work.caller(), now)
                        .flatMap(current -> note(step, OperationOutcome.conflict(step.index(), problem, current)));
        };
    }

    private Uni<Void> note(Step step, OperationOutcome outcome) {
        log.note(step, outcome);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> write(Step step, Step.Write write, StoredState stored) {
        Change change = write.change();
        return plain("SAVEPOINT operation")
                .flatMap(_ -> writes.write(connection, change))
                .flatMap(refused -> refused.isPresent() ? undo(step, refused.get()) : wrote(step, change, stored))
                .onFailure(ApplyRun::isRefusal)
                .recoverWithUni(failure -> refusedByStore(step, change, (PgException) failure));
    }

    private Uni<Void> wrote(Step step, Change change, StoredState stored) {
        return plain("RELEASE SAVEPOINT operation")
                .invoke(() -> log.wrote(
                        step,
                        change,
                        stored instanceof StoredState.Present present
                                ? Optional.of(present.version())
                                : Optional.empty()));
    }

    private Uni<Void> undo(Step step, Problem problem) {
        return plain("ROLLBACK TO SAVEPOINT operation")
                .flatMap(_ -> plain("RELEASE SAVEPOINT operation"))
                .flatMap(_ -> note(step, OperationOutcome.rejected(step.index(), problem)));
    }

    private Uni<Void> refusedByStore(Step step, Change change, PgException fault) {
        return plain("ROLLBACK TO SAVEPOINT operation")
                .flatMap(_ -> new StoreRefusals(model, connection).explain(change, fault))
                .flatMap(problem -> plain("RELEASE SAVEPOINT operation")
                        .flatMap(_ -> note(step, OperationOutcome.rejected(step.index(), problem))));
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof PgException fault && PgFaults.refusesData(fault);
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
