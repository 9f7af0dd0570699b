package dev.tidegate.oracle;

import dev.tidegate.model.Direction;
import dev.tidegate.policy.Caller;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Condition.Comparator;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a condition means, read from {@code xpath.md} and {@code rules} 8 rather than from the SQL: of one object at a time,
 * over objects in memory.
 */
final class Evaluator {
    private final World world;
    private final Sight sight;
    private final Caller caller;
    private final Map<String, Object> parameters;

    /** {@code parameters} are values as they are meant; a {@link LocalDateTime} is in the session's zone. */
    Evaluator(World world, Sight sight, Caller caller, Map<String, Object> parameters) {
        this.world = world;
        this.sight = sight;
        this.caller = caller;
        this.parameters = parameters;
    }

    boolean holds(Thing thing, Condition condition) {
        return switch (condition) {
            case Condition.All(var parts) -> parts.stream().allMatch(part -> holds(thing, part));
            case Condition.Any(var parts) -> parts.stream().anyMatch(part -> holds(thing, part));
            case Condition.Not(var inner) -> !holds(thing, inner);
            case Condition.Compare(var term, var comparator, var value) ->
                sees(thing, term) && compareWithValue(term(thing, term), comparator, value(value));
            case Condition.CompareMembers(var left, var comparator, var right) ->
                terms(thing, left).anyMatch(a -> terms(thing, right).anyMatch(b -> compare(a, comparator, b)));
            case Condition.CompareValues(var left, var comparator, var right) ->
                compareWithValue(value(left), comparator, value(right));
            case Condition.IsEmpty(var member) -> sees(thing, member) && term(thing, member) == null;
            case Condition.IsNotEmpty(var member) -> sees(thing, member) && term(thing, member) != null;
            case Condition.TextMatch(var member, var kind, var needle) ->
                sees(thing, member)
                        && term(thing, member) instanceof String text
                        && value(needle) instanceof String wanted
                        && matches(text, kind, wanted);
            case Condition.Exists(var hop, var where) -> step(thing, hop).anyMatch(far -> holds(far, where));
            case Condition.OfOwnEntity(var entity) ->
                thing.own().filter(entity::equals).isPresent();
        };
    }

    private boolean sees(Thing thing, Term term) {
        return switch (term.member()) {
            case Member.Id _ -> true;
            case Member.OfAttribute of -> sight.sees(thing, of.attribute().name());
        };
    }

    /** {@code a != 'v'} is true for an empty {@code a}; a value that is nothing (no such user) equals and differs from nothing. */
    private static boolean compareWithValue(@Nullable Object own, Comparator comparator, @Nullable Object value) {
        if (value == null) {
            return false;
        }
        return own == null ? comparator == Comparator.NOT_EQUAL : compare(own, comparator, value);
    }

    private static boolean compare(Object left, Comparator comparator, Object right) {
        int order = order(left, right);
        return switch (comparator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    /** Texts by code point, numbers by value whatever their digits, ids of bytes as unsigned ones. */
    static int order(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
        }
        if (left instanceof String a && right instanceof String b) {
            return byCodePoint(a, b);
        }
        if (left instanceof Instant a && right instanceof Instant b) {
            return a.compareTo(b);
        }
        if (left instanceof Boolean a && right instanceof Boolean b) {
            return a.compareTo(b);
        }
        if (left instanceof UUID a && right instanceof UUID b) {
            return a.toString().compareTo(b.toString());
        }
        throw new IllegalArgumentException(left.getClass() + " against " + right.getClass());
    }

    private static int byCodePoint(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return Arrays.compare(a, b);
    }

    private static boolean matches(String text, Condition.TextMatch.Kind kind, String needle) {
        String folded = folded(text);
        String wanted = folded(needle);
        return switch (kind) {
            case CONTAINS -> folded.contains(wanted);
            case STARTS_WITH -> folded.startsWith(wanted);
            case ENDS_WITH -> folded.endsWith(wanted);
        };
    }

    /** Character by character in lower case, by Unicode's simple mapping, of no language. */
    private static String folded(String text) {
        return text.codePoints()
                .map(Character::toLowerCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Nullable
    Object term(Thing thing, Term term) {
        return switch (term) {
            case Member.Id _ -> thing.id();
            case Member.OfAttribute of -> thing.value(of.declared());
            case Term.Length(var member, var _) ->
                term(thing, member) instanceof String text ? (Integer) text.codePointCount(0, text.length()) : null;
            case Term.DatePart(var part, var member, var zone, var _) ->
                term(thing, member) instanceof Instant instant
                        ? (Integer) CalendarParts.of(instant, zone.orElse(caller.zone()), part)
                        : null;
        };
    }

    /** The terms that a reach sees and that are not empty. */
    private Stream<Object> terms(Thing here, Reach reach) {
        Stream<Thing> at = Stream.of(here);
        for (Reach.Leg leg : reach.legs()) {
            at = at.flatMap(near -> step(near, leg.hop())).distinct().filter(far -> holds(far, leg.where()));
        }
        return at.filter(end -> sees(end, reach.end())).flatMap(end -> Stream.ofNullable(term(end, reach.end())));
    }

    /**
     * The objects that a step sees: readable ones, over an association that may be read in the object that owns it, which is
     * the one at hand where both do.
     */
    Stream<Thing> step(Thing near, Hop hop) {
        String name = hop.association().name().toString();
        boolean ownedHere = hop.direction() == Direction.FORWARD
                || (hop.association().bothOwn() && !hop.association().isSelf());
        return world.reached(near, hop).stream()
                .filter(sight::sees)
                .filter(far -> sight.sees(ownedHere ? near : far, name));
    }

    private @Nullable Object value(Value value) {
        return switch (value) {
            case Value.Constant constant -> constant.value();
            case Value.Parameter parameter -> sessions(parameters.get(parameter.name()));
            case Value.CurrentUserName _ -> caller.name();
            case Value.CurrentUser _ -> world.user(caller.name()).map(Thing::id).orElse(null);
            case Value.LocalMoment(var local) -> sessions(local);
            case Value.Clock(var formula) -> TokenValue.of(formula, world.now(), caller.zone());
        };
    }

    private @Nullable Object sessions(@Nullable Object meant) {
        return meant instanceof LocalDateTime local
                ? local.atZone(caller.zone()).toInstant()
                : meant;
    }
}
