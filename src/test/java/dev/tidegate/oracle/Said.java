package dev.tidegate.oracle;

import dev.tidegate.xpath.Condition;
import java.util.List;

/**
 * A condition as text, with what it was made to mean; {@code parts} are conditions on the same object that it consists of.
 * {@code level}: how tightly it binds as it is written.
 */
record Said(String text, Condition meant, Level level, List<Said> parts) {
    enum Level {
        OR,
        AND,
        ALONE
    }

    static Said alone(String text, Condition meant) {
        return new Said(text, meant, Level.ALONE, List.of());
    }

    String asOperandOf(Level outer) {
        return level.compareTo(outer) <= 0 && level != Level.ALONE ? "(" + text + ")" : text;
    }
}
