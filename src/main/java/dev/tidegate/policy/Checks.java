package dev.tidegate.policy;

import dev.tidegate.model.Profile;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import java.util.List;

/** Judges what an app is going to do before it does: the same rules as for requests, without values. Pure. */
public final class Checks {
    private final Rulebook rulebook;

    public Checks(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /** A verdict for each query, then each write, then each batch, in their order. */
    public List<CheckVerdict> judge(Profile profile, ChecksText checks) {
        return checks.queries().stream()
                .map(check -> new CheckVerdict(
                        check.name(),
                        Site.SERVER,
                        List.of(Violation.of(
                                ProblemCode.NOT_IMPLEMENTED_YET,
                                profile.name() + " " + rulebook.model().version())),
                        List.of()))
                .toList();
    }
}
