package dev.tidegate.sql;

import dev.tidegate.model.Model;
import dev.tidegate.model.UserEntity;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Condition.Comparator;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.TimeZones;
import dev.tidegate.xpath.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes conditions on the object of a {@link Scope}. What it writes may be SQL's null where the condition is false, but
 * never where it is true; so {@code NOT} is {@code IS NOT TRUE}. Associations are existence tests and multiply no rows.
 */
final class ConditionWriter {
    private static final String C_ORDER = " COLLATE \"C\"";

    /** The first moment that has a text in RFC 3339, and the first that has none again. What lies outside reads as empty. */
    private static final String FIRST_MOMENT = "timestamptz '0001-01-01 00:00:00+00 BC'";

    private static final String BEYOND_MOMENTS = "timestamptz '10000-01-01 00:00:00+00'";

    private final Model model;
    private final Binds binds;
    private final Aliases aliases;
    private final Simplified simplified;

    ConditionWriter(Model model, Binds binds, Aliases aliases) {
        this.model = model;
        this.binds = binds;
        this.aliases = aliases;
        this.simplified = new Simplified(model);
    }

    Condition simplify(Condition condition, Scope scope) {
        return simplified.of(condition, scope.entity());
    }

    /** A condition that has been simplified in this scope. */
    String write(Condition condition, Scope scope) {
        if (condition.isAlways()) {
            return "true";
        }
        if (condition.isNever()) {
            return "false";
        }
        return switch (condition) {
            case Condition.All(var parts) -> joined(parts, " AND ", scope);
            case Condition.Any(var parts) -> any(parts, scope);
            case Condition.Not(var inner) -> "(" + write(inner, scope) + ") IS NOT TRUE";
            case Condition.Compare compare -> compare(compare, scope);
            case Condition.CompareMembers(var left, var comparator, var right) ->
                reached(
                        left.legs(),
                        scope,
                        near -> reached(
                                right.legs(),
                                scope,
                                far -> compareTerms(left.end(), near, comparator, right.end(), far)));
            case Condition.CompareValues(var left, var comparator, var right) -> compareValues(left, comparator, right);
            case Condition.IsEmpty(var member) -> scope.member(member) + " IS NULL";
            case Condition.IsNotEmpty(var member) -> scope.member(member) + " IS NOT NULL";
            case Condition.TextMatch(var member, var kind, var needle) ->
                scope.member(member) + " ILIKE " + binds.place(new Bind.Pattern(needle, kind));
            case Condition.Exists(var hop, var where) -> exists(hop, where, scope);
            case Condition.OfOwnEntity(var own) -> scope.discriminator() + " = " + Quoting.literal(own);
        };
    }

    private String joined(List<Condition> parts, String by, Scope scope) {
        return parts.stream().map(part -> operand(part, scope)).collect(Collectors.joining(by));
    }

    private String operand(Condition part, Scope scope) {
        boolean compound = part instanceof Condition.All || part instanceof Condition.Any;
        return compound ? "(" + write(part, scope) + ")" : write(part, scope);
    }

    /** Own entities side by side are one list. */
    private String any(List<Condition> parts, Scope scope) {
        List<String> entities = new ArrayList<>();
        List<Condition> others = new ArrayList<>();
        for (Condition part : parts) {
            if (part instanceof Condition.OfOwnEntity(var own)) {
                entities.add(Quoting.literal(own));
            } else {
                others.add(part);
            }
        }
        if (entities.size() < 2) {
            return joined(parts, " OR ", scope);
        }
        String list = scope.discriminator() + " IN (" + String.join(", ", entities) + ")";
        return others.isEmpty() ? list : list + " OR " + joined(others, " OR ", scope);
    }

    private String compare(Condition.Compare compare, Scope scope) {
        Term term = compare.term();
        String own = term(term, scope);
        if (term.type() == ValueType.BOOLEAN) {
            return compareBoolean(own, compare.comparator(), compare.value());
        }
        String value = value(compare.value());
        if (term.type() == ValueType.DATETIME) {
            return compareMoment(own, compare.comparator(), value);
        }
        return switch (compare.comparator()) {
            case EQUAL -> own + " = " + value;
            case NOT_EQUAL -> own + (term instanceof Member.Id ? " <> " : " IS DISTINCT FROM ") + value;
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                ordered(own, term.type()) + " " + compare.comparator().symbol() + " " + value;
        };
    }

    private String term(Term term, Scope scope) {
        String column = scope.member(term.member());
        return switch (term) {
            case Member _ -> column;
            case Term.Length _ -> "length(" + column + ")";
            case Term.DatePart part -> datePart(part, column);
        };
    }

    /**
     * Only where the store can tell it: infinity has no year, and at the ends of the store's time a zone leads out of it. Rows
     * that the caller may not read are asked as well, in whatever order the store likes, and must not fail the others.
     */
    private String datePart(Term.DatePart part, String column) {
        String zone = part.zone()
                .map(of -> binds.place(new Bind.Of(new Value.Constant(ValueType.TEXT, TimeZones.nameOf(of)))))
                .orElseGet(() -> binds.place(new Bind.SessionZone()));
        String local = "(" + millisecond(column) + "::timestamptz AT TIME ZONE " + zone + ")";
        String text = switch (part.part()) {
            // The store counts from 1 BC to 1 AD without a year 0 between them.
            case YEAR -> extract("year", local) + " + (" + extract("year", local) + " < 0)::int4";
            case MONTH -> extract("month", local);
            case DAY -> extract("day", local);
            case HOURS -> extract("hour", local);
            case MINUTES -> extract("minute", local);
            case SECONDS -> "floor(extract(second FROM " + local + "))::int4";
            case QUARTER -> extract("quarter", local);
            case DAY_OF_YEAR -> extract("doy", local);
            case WEEK -> extract("week", local);
            case WEEKDAY -> extract("dow", local) + " + 1";
        };
        return "CASE WHEN " + column + " >= " + FIRST_MOMENT + " AND " + column + " < " + BEYOND_MOMENTS + " THEN "
                + text + " END";
    }

    private static String extract(String field, String local) {
        return "extract(" + field + " FROM " + local + ")::int4";
    }

    /** Moments are milliseconds: what the store holds within one is equal to it. As ranges, so that an index still helps. */
    private static String compareMoment(String column, Comparator comparator, String value) {
        String next = value + " + interval '1 millisecond'";
        String same = "(" + column + " >= " + value + " AND " + column + " < " + next + ")";
        return switch (comparator) {
            case EQUAL -> same;
            case NOT_EQUAL -> same + " IS NOT TRUE";
            case LESS -> column + " < " + value;
            case LESS_OR_EQUAL -> column + " < " + next;
            case GREATER -> column + " >= " + next;
            case GREATER_OR_EQUAL -> column + " >= " + value;
        };
    }

    /** A boolean is never empty: what the store holds as null is false. */
    private String compareBoolean(String column, Comparator comparator, Value value) {
        if (value instanceof Value.Constant constant
                && (comparator == Comparator.EQUAL || comparator == Comparator.NOT_EQUAL)) {
            boolean wanted = constant.value().equals(true) == (comparator == Comparator.EQUAL);
            return column + (wanted ? " IS TRUE" : " IS NOT TRUE");
        }
        return present(column) + " " + operator(comparator) + " " + value(value);
    }

    private String compareTerms(Term left, Scope near, Comparator comparator, Term right, Scope far) {
        String first = term(left, near);
        String second = term(right, far);
        if (left.type() == ValueType.BOOLEAN) {
            return present(first) + " " + operator(comparator) + " " + present(second);
        }
        if (left.type() == ValueType.DATETIME) {
            return millisecond(first) + " " + operator(comparator) + " " + millisecond(second);
        }
        return ordered(first, left.type()) + " " + operator(comparator) + " " + second;
    }

    private static String millisecond(String moment) {
        return "date_trunc('milliseconds', " + moment + ")";
    }

    private String compareValues(Value left, Comparator comparator, Value right) {
        return ordered(value(left), left.type()) + " " + operator(comparator) + " " + value(right);
    }

    private static String operator(Comparator comparator) {
        return comparator == Comparator.NOT_EQUAL ? "<>" : comparator.symbol();
    }

    static String present(String bool) {
        return "coalesce(" + bool + ", false)";
    }

    /** What is not a number, or infinite, is no decimal: it counts as empty. Nor could the client of the store read it. */
    static String finite(String decimal) {
        return "CASE WHEN " + decimal + " - " + decimal + " = 0 THEN " + decimal + " END";
    }

    /** Texts are ordered by code point, whatever the database's locale. */
    static String ordered(String expression, ValueType type) {
        return type == ValueType.TEXT ? expression + C_ORDER : expression;
    }

    private String value(Value value) {
        return switch (value) {
            case Value.Constant _, Value.Parameter _, Value.CurrentUserName _, Value.LocalMoment _, Value.Clock _ ->
                binds.place(new Bind.Of(value));
            case Value.CurrentUser _ -> currentUser();
        };
    }

    /** The caller's own object. No object: null, which equals nothing. Two of that name: an error, so nobody is mistaken. */
    private String currentUser() {
        UserEntity user =
                model.user().orElseThrow(() -> new IllegalArgumentException("the model names no user entity"));
        var name = model.attribute(user.entity(), user.nameAttribute())
                .orElseThrow(() -> new IllegalArgumentException("the user entity has no " + user.nameAttribute()));
        Scope scope = new Scope(model, user.entity(), aliases);
        String where = scope.column(name.declaredIn(), name.attribute().column())
                + " = "
                + binds.place(new Bind.Of(new Value.CurrentUserName()));
        return "(SELECT " + scope.id() + " FROM " + scope.from() + " WHERE " + where + ")";
    }

    /** What holds at some object at the end of the legs. */
    private String reached(List<Reach.Leg> legs, Scope near, Function<Scope, String> end) {
        if (legs.isEmpty()) {
            return end.apply(near);
        }
        Reach.Leg leg = legs.getFirst();
        return exists(leg.hop(), near, far -> {
            String rest = reached(legs.subList(1, legs.size()), far, end);
            return " AND " + (leg.where().isAlways() ? "" : operand(leg.where(), far) + " AND ") + rest;
        });
    }

    private String exists(Hop hop, Condition where, Scope near) {
        return exists(hop, near, far -> where.isAlways() ? "" : " AND " + operand(where, far));
    }

    /** {@code rest} writes what else has to hold of the far object; it is asked before the far tables are named. */
    private String exists(Hop hop, Scope near, Function<Scope, String> rest) {
        Scope far = new Scope(model, hop.to(), aliases);
        Link link = Link.between(near, far, hop, aliases);
        String written = rest.apply(far);
        return "EXISTS (SELECT 1 FROM " + far.from() + link.pairs() + " WHERE " + link.condition() + written + ")";
    }
}
