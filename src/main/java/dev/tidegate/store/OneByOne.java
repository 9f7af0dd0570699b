package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.WriteOrder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;

/**
 * Applies what is judged and written operation by operation: circles, atomic parts, and last attempts, where an operation that
 * fails for good must take no other with it. Where operations stand or fall together, they also wait together.
 */
final class OneByOne {
    private final SqlConnection connection;
    private final Model model;
    private final Judge judge;
    private final Soundness soundness;
    private final SingleWrites writes;
    private final AppliedLog log;

    OneByOne(SqlConnection connection, ChangeTools tools, AppliedLog log, Judge judge, Soundness soundness) {
        this.connection = connection;
        this.model = tools.model();
        this.judge = judge;
        this.soundness = soundness;
        this.writes = new SingleWrites(connection, tools, log);
        this.log = log;
    }

    Uni<Void> apply(ApplyUnit unit) {
        return switch (unit) {
            case ApplyUnit.Single single -> one(single.part(), single.step());
            case ApplyUnit.Circle circle -> together(circle.part(), circle.unit());
            case ApplyUnit.Whole whole -> allOrNothing(whole.part());
        };
    }

    private Uni<Void> one(PartWork part, Step step) {
        return Transactions.timely(
                part.last() && step.todo() instanceof Step.Write ? atLast(part, step) : judgedAndWritten(part, step));
    }

    private Uni<Void> judgedAndWritten(PartWork part, Step step) {
        return judge.fine(List.of(new ApplyUnit.Single(part, step)))
                .flatMap(soundness::sound)
                .flatMap(sound -> InTurn.each(sound, writes::write));
    }

    /** Store-protocol 5: what fails for good takes no other operation with it. */
    private Uni<Void> atLast(PartWork part, Step step) {
        AppliedLog.Mark mark = log.mark();
        return plain("SAVEPOINT last")
                .flatMap(_ -> judgedAndWritten(part, step))
                .flatMap(_ -> plain("RELEASE SAVEPOINT last"))
                .onFailure(failure -> !PgChangeWriter.passes(failure))
                .recoverWithUni(() -> takeBack("last", mark)
                        .invoke(() -> log.note(part, step, OperationOutcome.givenUp(step.index()))));
    }

    private Uni<Void> inOrder(PartWork part, List<Step> steps) {
        return InTurn.each(
                WriteOrder.of(model, steps),
                unit -> unit.then().isEmpty()
                        ? InTurn.each(unit.first(), step -> one(part, step))
                        : together(part, unit));
    }

    /** Creates that refer to each other: all of them, or again without the one that cannot be written. */
    private Uni<Void> together(PartWork part, WriteOrder.Unit unit) {
        AppliedLog.Mark mark = log.mark();
        return plain("SAVEPOINT together")
                .flatMap(_ -> InTurn.each(unit.first(), step -> one(part, step)))
                .flatMap(_ -> culprit(part, unit))
                .flatMap(culprit -> culprit.isEmpty()
                        ? plain("RELEASE SAVEPOINT together")
                        : takeBack("together", mark).flatMap(_ -> inOrder(part, without(unit, culprit.get()))));
    }

    /** A create of the circle that was refused or has to wait, or whose reference in the second step is or has. */
    private Uni<Optional<OperationOutcome>> culprit(PartWork part, WriteOrder.Unit unit) {
        Optional<OperationOutcome> refused = unit.first().stream()
                .filter(step -> step.todo() instanceof Step.Write write && write.change() instanceof Change.Create)
                .flatMap(step -> log.outcomeOf(part, step).stream())
                .filter(outcome -> outcome.isError() || outcome.isParked())
                .findFirst();
        return refused.isPresent()
                ? Uni.createFrom().item(refused)
                : Multi.createFrom()
                        .iterable(unit.then())
                        .onItem()
                        .transformToUniAndConcatenate(step -> reference(part, step))
                        .filter(Optional::isPresent)
                        .toUni()
                        .map(found -> found == null ? Optional.empty() : found);
    }

    private Uni<Optional<OperationOutcome>> reference(PartWork part, Step step) {
        return step.todo() instanceof Step.Write write
                ? soundness
                        .objection(part, step, write.change())
                        .flatMap(objection -> objection.isPresent()
                                ? Uni.createFrom().item(objection)
                                : writes.complete(part, step, write.change())
                                        .map(problem ->
                                                problem.map(why -> OperationOutcome.rejected(step.index(), why))))
                : Uni.createFrom().item(Optional.empty());
    }

    private static List<Step> without(WriteOrder.Unit unit, OperationOutcome culprit) {
        return unit.steps().stream()
                .map(step -> step.index() == culprit.index() ? ended(step, culprit) : step)
                .toList();
    }

    private static Step ended(Step step, OperationOutcome culprit) {
        return culprit.isParked() && step.todo() instanceof Step.Write write
                ? step.with(new Step.Wait(write, culprit))
                : step.keep(culprit);
    }

    /** The first operation that cannot be applied, or not yet, takes all others of its part back. */
    private Uni<Void> allOrNothing(PartWork part) {
        AppliedLog.Mark mark = log.mark();
        return plain("SAVEPOINT whole")
                .flatMap(_ -> inOrder(part, part.steps()))
                .invoke(() -> part.steps().forEach(step -> stopAtError(part, step)))
                .flatMap(_ -> plain("RELEASE SAVEPOINT whole"))
                .onFailure(Spoilt.class)
                .recoverWithUni(failure -> takeBack("whole", mark).invoke(() -> end(part, failure)));
    }

    private void stopAtError(PartWork part, Step step) {
        log.outcomeOf(part, step)
                .filter(outcome -> outcome.isError() || outcome.isParked())
                .ifPresent(outcome -> {
                    throw new Spoilt(step, outcome);
                });
    }

    /** What comes after one that waits may have failed just because of that, so all of it waits. */
    private void end(PartWork part, Spoilt spoilt) {
        if (spoilt.outcome.isParked()) {
            part.steps().forEach(step -> log.note(part, step, waiting(part, step, spoilt.culprit)));
        } else {
            rejectAllBut(part, spoilt.culprit);
        }
    }

    private OperationOutcome waiting(PartWork part, Step step, Step culprit) {
        return log.outcomeOf(part, step)
                .filter(OperationOutcome::isParked)
                .orElseGet(() -> OperationOutcome.parked(
                        step.index(),
                        Problem.of(
                                ProblemCode.PARKED,
                                "The batch is atomic, and its operation " + culprit.index()
                                        + " waits for an object that does not exist yet, so all of it does.")));
    }

    private void rejectAllBut(PartWork part, Step culprit) {
        for (Step step : part.steps()) {
            if (log.outcomeOf(part, step).filter(OperationOutcome::isError).isEmpty()) {
                log.note(part, step, OperationOutcome.rejected(step.index(), spoiltBy(culprit)));
            }
        }
    }

    private static Problem spoiltBy(Step culprit) {
        return Problem.of(
                ProblemCode.BATCH_FAILED,
                "The batch is atomic, and its operation " + culprit.index() + " could not be applied, so none was.");
    }

    private Uni<Void> takeBack(String savepoint, AppliedLog.Mark mark) {
        return plain("ROLLBACK TO SAVEPOINT " + savepoint + "; RELEASE SAVEPOINT " + savepoint)
                .invoke(() -> log.backTo(mark));
    }

    private Uni<Void> plain(String sql) {
        return Transactions.plain(connection, sql);
    }

    /** Ends an atomic part early. */
    private static final class Spoilt extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Step culprit;
        private final transient OperationOutcome outcome;

        Spoilt(Step culprit, OperationOutcome outcome) {
            super("operation " + culprit.index() + " of an atomic part", null, false, false);
            this.culprit = culprit;
            this.outcome = outcome;
        }
    }
}
