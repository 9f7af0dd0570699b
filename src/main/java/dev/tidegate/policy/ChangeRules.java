package dev.tidegate.policy;

import dev.tidegate.model.Change;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges changes, twice: {@link #decide} on what the request says, and {@link #objection} on the stored object, under its
 * lock. Pure.
 */
public final class ChangeRules {
    private final Rulebook rulebook;

    public ChangeRules(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /** The change with every name resolved, every value typed and defaults filled in; or what is wrong with it. */
    public Result<Change> decide(Profile profile, Set<RoleName> roles, ChangeText change, Route route) {
        return Result.refused(
                Violation.of(ProblemCode.NOT_IMPLEMENTED_YET, rulebook.model().version()));
    }

    /**
     * What forbids an update or delete of the stored object. {@code grants} are those of the object's own entity
     * ({@link Rulebook#grants}), {@code holds} says for each whether its condition holds on the stored state before the
     * change. Never objects to a create. {@code pointer} is that of the {@link ChangeText}.
     */
    public Optional<Violation> objection(Change change, List<Grant> grants, boolean[] holds, String pointer) {
        return Optional.of(Violation.at(
                pointer, ProblemCode.NOT_IMPLEMENTED_YET, change.entity() + " " + grants.size() + holds.length));
    }
}
