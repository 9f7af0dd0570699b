package dev.tidegate.xpath;

import java.util.List;

/**
 * A constraint as it was written: a tree of names and values that nothing has been checked against yet. Consecutive
 * brackets are AND-ed.
 */
public record Constraint(List<Expr> brackets) {

    public Constraint {
        brackets = List.copyOf(brackets);
        if (brackets.isEmpty()) {
            throw new IllegalArgumentException("a constraint has at least one bracket");
        }
    }

    /** Text that parses to the same tree, but for positions. */
    public String print() {
        return ConstraintPrinter.print(this);
    }
}
