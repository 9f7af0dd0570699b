package dev.tidegate.xpath;

import java.util.List;

/** A condition as it was written. Positions are 0-based offsets in UTF-16 code units. */
public sealed interface Expr {

    int position();

    record Or(List<Expr> of, int position) implements Expr {
        public Or {
            of = List.copyOf(of);
        }
    }

    record And(List<Expr> of, int position) implements Expr {
        public And {
            of = List.copyOf(of);
        }
    }

    record Not(Expr of, int position) implements Expr {}

    /** {@code position} is that of the comparator. */
    record Comparison(Operand left, Condition.Comparator comparator, Operand right, int position) implements Expr {}

    record TextTest(Condition.TextMatch.Kind kind, Operand.Path member, Operand needle, int position) implements Expr {}

    /** A path that stands alone: existence when it ends in a step, a boolean attribute when it ends in a name. */
    record Test(Operand.Path path) implements Expr {
        @Override
        public int position() {
            return path.position();
        }
    }
}
