package dev.tidegate.store;

import dev.tidegate.policy.StoredState;
import dev.tidegate.upload.ApplyUnit;
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
    private final AppliedLog log;
    private final Instant now;

    Judge(SqlConnection connection, ChangeTools tools, AppliedLog log, Instant now) {
        this.connection = connection;
        this.reads = tools.reads();
        this.rules = tools.rules();
        this.log = log;
        this.now = now;
    }

    /** An operation with its write. */
    private record Asked(ApplyUnit.Single unit, Step.Write write) {}

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
        List<Fine> fine = new ArrayList<>();
        List<Stale> stale = new ArrayList<>();
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
            switch (rules.judge(unit.step(), write, stored, log.ownVersions(unit.part(), write.change()))) {
                case Ruling.Write _ -> fine.add(new Fine(unit, write.change(), version));
                case Ruling.NothingToDo _ ->
                    note(unit, OperationOutcome.applied(unit.step().index()));
                case Ruling.Reject(var problem) ->
                    note(unit, OperationOutcome.rejected(unit.step().index(), problem));
                case Ruling.Conflict conflict -> stale.add(new Stale(asked.get(i), conflict));
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
