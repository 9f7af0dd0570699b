package dev.tidegate.problem;

/** One thing that is wrong with a request: what ({@code code}), said to a person ({@code detail}), and where. */
public record Violation(ProblemCode code, String detail, Place place) {

    public static Violation of(ProblemCode code, String detail) {
        return new Violation(code, detail, new Place.Nowhere());
    }

    public static Violation in(String parameter, int position, ProblemCode code, String detail) {
        return new Violation(code, detail, new Place.InParameter(parameter, position));
    }

    public static Violation at(String pointer, ProblemCode code, String detail) {
        return new Violation(code, detail, new Place.AtPointer(pointer));
    }

    Violation below(String pointer) {
        return place instanceof Place.AtPointer(var inner) ? at(pointer + inner, code, detail) : this;
    }
}
