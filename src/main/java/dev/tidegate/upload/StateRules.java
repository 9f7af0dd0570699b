package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.policy.StateProblems;
import dev.tidegate.policy.StoredState;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Optional;

/**
 * Judges a change on the stored object, under its lock (store-protocol 4): is it there, is it of that entity, may the
 * caller, is the change stale. Pure; rights are those of the caller on the state before the change.
 */
public final class StateRules {
    private final Objections objections;

    public StateRules(Objections objections) {
        this.objections = objections;
    }

    public Ruling judge(Step step, Step.Write write, StoredState stored, OwnVersions own) {
        return switch (write.change()) {
            case Change.Create create -> judgeCreate(create, stored);
            case Change.Update update ->
                switch (stored) {
                    case StoredState.Absent _ ->
                        reject(
                                ProblemCode.NO_SUCH_OBJECT,
                                "There is no " + update.entity()
                                        + " with this id to update; it may have been deleted.");
                    case StoredState.OfAnotherEntity _ -> new Ruling.Reject(StateProblems.wrongEntity(update));
                    case StoredState.Present present -> judgePresent(step, write, update.baseVersion(), present, own);
                };
            case Change.Delete delete ->
                switch (stored) {
                    case StoredState.Absent _ -> new Ruling.NothingToDo();
                    case StoredState.OfAnotherEntity _ -> new Ruling.Reject(StateProblems.wrongEntity(delete));
                    case StoredState.Present present -> judgePresent(step, write, delete.baseVersion(), present, own);
                };
        };
    }

    /** Store-protocol 6: a create never upserts, whatever the caller may read. */
    private static Ruling judgeCreate(Change.Create create, StoredState stored) {
        return stored instanceof StoredState.Absent
                ? new Ruling.Write(false)
                : new Ruling.Reject(StateProblems.exists(create));
    }

    private Ruling judgePresent(
            Step step, Step.Write write, Optional<String> baseVersion, StoredState.Present present, OwnVersions own) {
        Optional<Violation> objection = objections.to(write.change(), write.grants(), present.flags(), step.pointer());
        if (objection.isPresent()) {
            return new Ruling.Reject(Problem.of(List.of(objection.get())));
        }
        if (write.policy() == ConflictPolicy.LAST_WINS || own.leadsTo(present.version(), baseVersion)) {
            return new Ruling.Write(false);
        }
        return write.policy() == ConflictPolicy.MERGE && write.change() instanceof Change.Update
                ? new Ruling.Compare()
                : stale(write.change(), ".");
    }

    /**
     * Judges an update on what others changed since the version that it was made upon, where that has to be known.
     *
     * @param differences nothing where the change log does not tell
     */
    public Ruling compare(Change.Update update, Optional<Differences> differences) {
        if (differences.isEmpty()) {
            return stale(update, ", and what of it is not known any more.");
        }
        List<String> met = differences.get().metBy(update.members());
        return met.isEmpty()
                ? new Ruling.Write(true)
                : stale(update, ", among others its " + String.join(", ", met) + ".");
    }

    private static Ruling stale(Change change, String what) {
        return new Ruling.Conflict(Problem.of(
                ProblemCode.STALE,
                "This " + change.entity() + " was changed by somebody else since the version that the "
                        + "operation was made upon" + what + " Pull, and decide again."));
    }

    private static Ruling reject(ProblemCode code, String detail) {
        return new Ruling.Reject(Problem.of(code, detail));
    }
}
