package dev.tidegate.policy;

import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.Set;

/**
 * Judges queries: syntax, then names and types, then the rules of the profile and of access; all violations of the
 * first stage that fails. What is allowed comes back with the caller's access woven in. Pure.
 */
public final class QueryRules {
    /** The parameter that {@link #decideObject} compares the id with; of the type of the entity's id. */
    public static final String ID_PARAMETER = "id";

    private final Rulebook rulebook;

    public QueryRules(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    public Result<DecidedQuery> decide(Profile profile, Set<RoleName> roles, QueryText query, Site site) {
        return Result.refused(
                Violation.of(ProblemCode.NOT_IMPLEMENTED_YET, rulebook.model().version()));
    }

    /**
     * The query for one object by its id, which the caller binds as {@link #ID_PARAMETER}. Constraint and sort of
     * {@code query} are empty.
     */
    public Result<DecidedQuery> decideObject(Profile profile, Set<RoleName> roles, QueryText query) {
        return Result.refused(
                Violation.of(ProblemCode.NOT_IMPLEMENTED_YET, rulebook.model().version()));
    }
}
