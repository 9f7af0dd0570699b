package dev.tidegate.xpath;

import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;

/** Where a text stands: which parameter, and at which offset in it. */
record Source(String parameter, int offset) {

    int position(int index) {
        return offset + index;
    }

    Violation violation(int index, ProblemCode code, String detail) {
        return Violation.in(parameter, position(index), code, detail);
    }

    Violation malformed(int index, String detail) {
        return violation(index, ProblemCode.MALFORMED_CONSTRAINT, detail);
    }

    static int positionOf(Violation violation) {
        return violation.place() instanceof Place.InParameter at ? at.position() : 0;
    }
}
