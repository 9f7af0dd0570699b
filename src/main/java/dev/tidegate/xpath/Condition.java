package dev.tidegate.xpath;

import dev.tidegate.model.EntityName;
import java.util.List;

/**
 * A condition on one object, with every name resolved and every value typed. It is two-valued: a comparison with an empty
 * member is true or false as {@code xpath.md} says, and {@link Not} is true wherever its operand is not true. Paths have
 * become nested {@link Exists}: {@code A/E/attr = v} is an existing E with {@code attr = v}.
 */
public sealed interface Condition {

    /** All of them hold; true when there are none. */
    record All(List<Condition> of) implements Condition {
        public All {
            of = List.copyOf(of);
        }
    }

    /** Any of them holds; false when there are none. */
    record Any(List<Condition> of) implements Condition {
        public Any {
            of = List.copyOf(of);
        }
    }

    record Not(Condition of) implements Condition {}

    /** {@code !=} holds for an empty term; every other comparison with one is false. */
    record Compare(Term term, Comparator comparator, Value value) implements Condition {}

    /**
     * Member against member: some object that the left reaches and some that the right reaches, both from the object at
     * hand, compare so. False, {@code !=} too, where one of the terms is empty.
     */
    record CompareMembers(Reach left, Comparator comparator, Reach right) implements Condition {}

    /** A value against a value; both are known before the statement runs. */
    record CompareValues(Value left, Comparator comparator, Value right) implements Condition {}

    record IsEmpty(Member member) implements Condition {}

    /** {@code a != empty}. Not the same as {@code Not(IsEmpty)} once policy guards it: false where {@code a} is unreadable. */
    record IsNotEmpty(Member member) implements Condition {}

    /** Case-insensitive; the needle's {@code %}, {@code _} and backslash are literal. False for an empty member. */
    record TextMatch(Member member, Kind kind, Value needle) implements Condition {
        public enum Kind {
            CONTAINS,
            STARTS_WITH,
            ENDS_WITH
        }
    }

    /** At least one object at the end of the hop meets {@code where}. */
    record Exists(Hop hop, Condition where) implements Condition {}

    /** The object's own (most specific) entity is exactly this one. Never written by a client; policy puts it in. */
    record OfOwnEntity(EntityName entity) implements Condition {}

    enum Comparator {
        EQUAL("="),
        NOT_EQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String symbol;

        Comparator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        /** Whether it asks which is smaller, so that both need an order. */
        public boolean isOrdered() {
            return this != EQUAL && this != NOT_EQUAL;
        }

        /** The same comparison with its sides changed. */
        public Comparator flipped() {
            return switch (this) {
                case EQUAL -> EQUAL;
                case NOT_EQUAL -> NOT_EQUAL;
                case LESS -> GREATER;
                case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
                case GREATER -> LESS;
                case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
            };
        }
    }

    static Condition always() {
        return new All(List.of());
    }

    static Condition never() {
        return new Any(List.of());
    }

    default boolean isAlways() {
        return this instanceof All(var of) && of.stream().allMatch(Condition::isAlways);
    }

    default boolean isNever() {
        return this instanceof Any(var of) && of.stream().allMatch(Condition::isNever);
    }

    /** Both hold, without needless nesting. */
    default Condition and(Condition other) {
        if (isAlways() || other.isNever()) {
            return other;
        }
        return other.isAlways() || isNever() ? this : new All(List.of(this, other));
    }

    /** Either holds, without needless nesting. */
    default Condition or(Condition other) {
        if (isNever() || other.isAlways()) {
            return other;
        }
        return other.isNever() || isAlways() ? this : new Any(List.of(this, other));
    }
}
