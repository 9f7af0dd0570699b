package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.policy.StoredState;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.ObjectHistory;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.Ruling;
import dev.tidegate.upload.StateRules;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges operations of one group on their stored objects, and notes what comes of those that are not to be written. */
final class Judge {
    private final SqlConnection connection;
    private final ObjectReads reads;
    private final StateRules rules;
    private final Histories histories;
    private final AppliedLog log;
    private final Instant now;

    Judge(SqlConnection connection, ChangeTools tools, AppliedLog log, Instant now) {
        this.connection = connection;
        this.reads = tools.reads();
        this.rules = tools.rules();
        this.histories = tools.histories();
        this.log = log;
        this.now = now;
    }

    /** An operation with its write. */
    private record Asked(ApplyUnit.Single unit, Step.Write write) {}

    /** Upon the stored version, if there is one. */
    private record Judged(Asked asked, Optional<String> version, Ruling ruling) {
        Judged with(Ruling other) {
            return new Judged(asked, version, other);
        }

        /** What the logs have to tell before it is judged. */
        Optional<Histories.Asked> question() {
            return ruling instanceof Ruling.Compare && asked.write().change() instanceof Change.Update update
                    ? version.map(stored -> new Histories.Asked(update, stored))
                    : Optional.empty();
        }
    }

    /** A conflict whose object has still to be read for the client. */
    private record Stale(Asked asked, Ruling.Conflict ruling) {}

    /**
     * Those that are to be written, in their order; no two of the operations may concern one object. By statements that are
     * sent at once, and so start after a lock that was sent before (store-protocol 4).
     */
    Uni<List<Fine>> fine(List<ApplyUnit.Single> units) {
        List<Asked> asked = new ArrayList<>();
        for (ApplyUnit.Single unit : units) {
            switch (unit.step().todo()) {
                case Step.Keep(var outcome) -> log.note(unit.part(), unit.step(), outcome);
                case Step.Wait wait -> log.note(unit.part(), unit.step(), wait.outcome());
                case Step.Write write -> {
                    if (log.parking().isBehind(unit.part(), unit.step(), write.change())) {
                        note(unit, Parking.behind(unit.step()));
                    } else {
                        asked.add(new Asked(unit, write));
                    }
                }
            }
        }
        return asked.isEmpty()
                ? Uni.createFrom().item(List.of())
                : reads.states(connection, asked.stream().map(this::question).toList())
                        .flatMap(states -> judged(asked, states));
    }

    private StateReads.Asked question(Asked asked) {
        return new StateReads.Asked(
                asked.write().change(),
                asked.write().grants(),
                asked.unit().part().caller().at(now));
    }

    private Uni<List<Fine>> judged(List<Asked> asked, List<StoredState> states) {
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            ApplyUnit.Single unit = asked.get(i).unit();
            Step.Write write = asked.get(i).write();
            StoredState stored = states.get(i);
            Optional<String> version =
                    stored instanceof StoredState.Present present ? Optional.of(present.version()) : Optional.empty();
            version.ifPresent(found -> log.found(write.change(), found));
            if (stored instanceof StoredState.Absent
                    && log.parking().isToCome(unit.part(), unit.step(), write.change())) {
                note(unit, Parking.untilMade(unit.step()));
                continue;
            }
            Ruling ruling = rules.judge(unit.step(), write, stored, log.ownVersions(unit.part(), write.change()));
            judged.add(new Judged(asked.get(i), version, ruling));
        }
        return compared(judged).flatMap(this::done);
    }

    /** Asks the change logs where the judgement depends on what others have changed. */
    private Uni<List<Judged>> compared(List<Judged> judged) {
        List<Histories.Asked> questions =
                judged.stream().flatMap(one -> one.question().stream()).toList();
        return questions.isEmpty()
                ? Uni.createFrom().item(judged)
                : histories
                        .of(connection, questions)
                        .map(List::iterator)
                        .map(histories -> judged.stream()
                                .map(one -> one.question()
                                        .map(question -> one.with(compare(one, question, histories.next())))
                                        .orElse(one))
                                .toList());
    }

    private Ruling compare(Judged judged, Histories.Asked question, ObjectHistory history) {
        Change.Update update = question.update();
        return rules.compare(
                update,
                history.since(
                        update.baseVersion(),
                        log.ownVersions(judged.asked().unit().part(), update),
                        question.stored()));
    }

    private Uni<List<Fine>> done(List<Judged> judged) {
        List<Fine> fine = new ArrayList<>();
        List<Stale> stale = new ArrayList<>();
        for (Judged one : judged) {
            ApplyUnit.Single unit = one.asked().unit();
            int index = unit.step().index();
            switch (one.ruling()) {
                case Ruling.Write(var merged) ->
                    fine.add(new Fine(unit, one.asked().write().change(), one.version(), merged));
                case Ruling.NothingToDo _ -> note(unit, OperationOutcome.applied(index));
                case Ruling.Reject(var problem) -> note(unit, OperationOutcome.rejected(index, problem));
                case Ruling.Conflict conflict -> stale.add(new Stale(one.asked(), conflict));
                case Ruling.Compare _ -> throw new IllegalStateException("operation " + index + " was not compared");
            }
        }
        return InTurn.each(stale, this::noteConflict).replaceWith(fine);
    }

    private Uni<Void> noteConflict(Stale stale) {
        ApplyUnit.Single unit = stale.asked().unit();
        Step.Write write = stale.asked().write();
        return reads.current(
                        connection,
                        write.change(),
                        write.grants(),
                        unit.part().caller().at(now))
                .invoke(current -> note(
                        unit,
                        OperationOutcome.conflict(
                                unit.step().index(), stale.ruling().problem(), current)))
                .replaceWithVoid();
    }

    private void note(ApplyUnit.Single unit, OperationOutcome outcome) {
        log.note(unit.part(), unit.step(), outcome);
    }
}
