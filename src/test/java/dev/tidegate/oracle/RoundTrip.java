package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.xpath.Constraint;
import dev.tidegate.xpath.ConstraintParser;

/** A constraint that is printed and read again is the same, but for positions. */
final class RoundTrip {
    private RoundTrip() {}

    static void check(String text) {
        Constraint tree = parsed(text);
        String printed = tree.print();
        assertThat(shape(parsed(printed))).as(text).isEqualTo(shape(tree));
    }

    private static Constraint parsed(String text) {
        return ConstraintParser.parse("constraint", text).orRefuse();
    }

    private static String shape(Constraint tree) {
        return tree.toString().replaceAll("position=\\d+", "");
    }
}
