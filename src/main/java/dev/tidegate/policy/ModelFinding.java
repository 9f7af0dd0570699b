package dev.tidegate.policy;

import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.Position;
import dev.tidegate.model.Positions;
import java.util.function.Function;

/** An issue of a model before its place in a file is looked up. */
record ModelFinding(
        ModelIssue.Severity severity, String code, Function<Positions, Position> place, String detail, String advice) {

    static ModelFinding error(String code, Function<Positions, Position> place, String detail, String advice) {
        return new ModelFinding(ModelIssue.Severity.ERROR, code, place, detail, advice);
    }

    static ModelFinding warning(String code, Function<Positions, Position> place, String detail, String advice) {
        return new ModelFinding(ModelIssue.Severity.WARNING, code, place, detail, advice);
    }

    ModelIssue at(Positions positions) {
        return new ModelIssue(severity, code, place.apply(positions), detail, advice);
    }
}
