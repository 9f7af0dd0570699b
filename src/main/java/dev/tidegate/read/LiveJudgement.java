package dev.tidegate.read;

import dev.tidegate.model.Change;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.StateProblems;
import dev.tidegate.policy.StoredState;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Judges a live change on the stored object: is it there, is it of that entity, may the caller, is it in the version that was
 * asked for; in this order. Where no right of the caller holds, the object is as if it did not exist.
 */
record LiveJudgement(ChangeRules rules, Change change, List<Grant> grants, Precondition precondition)
        implements WriteWork.Judgement {

    @Override
    public Optional<Problem> of(StoredState stored) {
        if (change instanceof Change.Create create) {
            return stored instanceof StoredState.Absent ? Optional.empty() : Optional.of(StateProblems.exists(create));
        }
        return switch (stored) {
            case StoredState.Absent _ -> Optional.of(noSuchObject());
            case StoredState.OfAnotherEntity _ -> Optional.of(StateProblems.wrongEntity(change));
            case StoredState.Present present -> of(present);
        };
    }

    private Optional<Problem> of(StoredState.Present present) {
        if (!isKnownToCaller(present)) {
            return Optional.of(noSuchObject());
        }
        Optional<Violation> objection = rules.objection(change, grants, present.flags(), "");
        if (objection.isPresent()) {
            return Optional.of(Problem.of(List.of(objection.get())));
        }
        return precondition.isMetBy(present.version()) ? Optional.empty() : Optional.of(mismatch());
    }

    private boolean isKnownToCaller(StoredState.Present present) {
        return IntStream.range(0, grants.size())
                .filter(i -> present.holds().get(i))
                .mapToObj(grants::get)
                .anyMatch(grant -> !grant.read().isEmpty() || !grant.write().isEmpty() || grant.delete());
    }

    private Problem noSuchObject() {
        return Problem.of(
                ProblemCode.NO_SUCH_OBJECT,
                "There is no object of '" + change.entity() + "' with this id, or you may not read it.");
    }

    private Problem mismatch() {
        return Problem.of(
                ProblemCode.VERSION_MISMATCH,
                "This " + change.entity() + " is in another version than If-Match names. Read it, and decide again.");
    }
}
