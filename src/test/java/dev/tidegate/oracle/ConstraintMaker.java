package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Condition.Comparator;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes constraints of the whole language together with what they mean, so that parser and binder are on trial too. Names,
 * types and values fit by construction.
 */
final class ConstraintMaker {
    private static final int MOST_STEPS = 12;

    private final Dice dice;
    private final World world;
    private final Model model;
    private final Values values;
    private final Nameable nameable;
    private final Wording wording;
    private final TokenMaker tokens;
    private final boolean inRule;
    private int steps;

    /** What a constraint may name without being refused. */
    interface Nameable {
        boolean member(EntityName on, String member);

        boolean entity(EntityName entity);
    }

    private ConstraintMaker(
            Dice dice, World world, Values values, Nameable nameable, boolean inRule, UnaryOperator<Object> disguise) {
        this.dice = dice;
        this.world = world;
        this.model = world.model();
        this.values = values;
        this.nameable = nameable;
        this.wording = new Wording(dice, !inRule, disguise);
        this.tokens = new TokenMaker(dice);
        this.inRule = inRule;
    }

    /** {@code disguise} makes other values of those that are written. */
    static ConstraintMaker ofQuery(
            Dice dice, World world, Values values, Nameable nameable, UnaryOperator<Object> disguise) {
        return new ConstraintMaker(dice, world, values, nameable, false, disguise);
    }

    /** Rules have no parameters. */
    static ConstraintMaker ofRule(Dice dice, World world, Values values) {
        Nameable all = new Nameable() {
            @Override
            public boolean member(EntityName on, String member) {
                return true;
            }

            @Override
            public boolean entity(EntityName entity) {
                return true;
            }
        };
        return new ConstraintMaker(dice, world, values, all, true, UnaryOperator.identity());
    }

    Map<String, Given> given() {
        return wording.given();
    }

    /** One bracket or two. */
    Said constraint(EntityName entity, int depth) {
        Said first = expr(entity, depth);
        if (!dice.percent(15)) {
            return new Said(
                    "[" + space() + first.text() + space() + "]", first.meant(), Said.Level.ALONE, List.of(first));
        }
        Said second = expr(entity, depth);
        return new Said(
                "[" + first.text() + "]" + space() + "[" + second.text() + "]",
                new Condition.All(List.of(first.meant(), second.meant())),
                Said.Level.ALONE,
                List.of(first, second));
    }

    private Said expr(EntityName at, int depth) {
        if (depth == 0) {
            return leaf(at, depth);
        }
        return switch (dice.weighted(16, 12, 14, 4, 54)) {
            case 0 -> joined(at, depth, Said.Level.AND);
            case 1 -> joined(at, depth, Said.Level.OR);
            case 2 -> {
                Said inner = expr(at, depth - 1);
                yield new Said(
                        "not" + space() + "(" + inner.text() + ")",
                        new Condition.Not(inner.meant()),
                        Said.Level.ALONE,
                        List.of(inner));
            }
            case 3 -> {
                Said inner = expr(at, depth - 1);
                yield new Said("(" + inner.text() + ")", inner.meant(), Said.Level.ALONE, List.of(inner));
            }
            default -> leaf(at, depth);
        };
    }

    private Said joined(EntityName at, int depth, Said.Level level) {
        List<Said> parts = Stream.generate(() -> expr(at, depth - 1))
                .limit(dice.any(2, 2, 3))
                .toList();
        List<Condition> meant = parts.stream().map(Said::meant).toList();
        boolean and = level == Said.Level.AND;
        return new Said(
                parts.stream().map(part -> part.asOperandOf(level)).collect(Collectors.joining(and ? " and " : " or ")),
                and ? new Condition.All(meant) : new Condition.Any(meant),
                level,
                parts);
    }

    private Said leaf(EntityName at, int depth) {
        return switch (dice.weighted(46, 12, 7, 6, 7, 12, 8, inRule ? 0 : 2)) {
            case 0 -> withValue(at, depth).orElseGet(() -> idTest(at, depth));
            case 1 -> textTest(at, depth).orElseGet(() -> idTest(at, depth));
            case 2 -> existence(at, depth).orElseGet(() -> idTest(at, depth));
            case 3 -> aloneBoolean(at, depth).orElseGet(() -> idTest(at, depth));
            case 4 -> idTest(at, depth);
            case 5 -> memberTest(at, depth).orElseGet(() -> idTest(at, depth));
            case 6 -> withEmpty(at, depth).orElseGet(() -> idTest(at, depth));
            default -> ofValues();
        };
    }

    /** A way along associations; {@code text} ends in a slash when it has steps. */
    private record Way(String text, List<Reach.Leg> legs, EntityName end) {
        String withoutSlash() {
            return text.substring(0, text.length() - 1);
        }

        Condition to(Condition last) {
            Condition condition = last;
            for (Reach.Leg leg : legs.reversed()) {
                condition = new Condition.Exists(leg.hop(), new Condition.All(List.of(leg.where(), condition)));
            }
            return condition;
        }
    }

    private Way way(EntityName at, int depth, int least) {
        int many = Math.max(least, dice.any(0, 0, 0, 0, 0, 1, 1, 1, 2, 3));
        StringBuilder text = new StringBuilder();
        List<Reach.Leg> legs = new ArrayList<>();
        EntityName end = at;
        for (int i = 0; i < many && steps < MOST_STEPS; i++) {
            List<Hop> hops = hops(end);
            if (hops.isEmpty()) {
                break;
            }
            steps++;
            Hop hop = dice.any(hops);
            legs.add(leg(hop, depth, text));
            end = hop.to();
        }
        return new Way(text.toString(), legs, end);
    }

    /** A path without conditions, of hops that fit. */
    Question.Trail trail(EntityName at, int many, Predicate<Hop> fits) {
        StringBuilder text = new StringBuilder();
        List<Hop> trail = new ArrayList<>();
        EntityName end = at;
        for (int i = 0; i < many; i++) {
            List<Hop> hops = hops(end).stream().filter(fits).toList();
            if (!hops.isEmpty()) {
                Hop hop = dice.any(hops);
                trail.add(leg(hop, 0, text).hop());
                end = hop.to();
            }
        }
        return new Question.Trail(text.toString(), trail);
    }

    private List<Hop> hops(EntityName at) {
        List<Hop> hops = new ArrayList<>();
        for (Association association : model.associations().values()) {
            if (model.isKindOf(at, association.from())) {
                hops.add(new Hop(association, Direction.FORWARD, at, association.to(), 0));
            }
            if (model.isKindOf(at, association.to())) {
                hops.add(new Hop(association, Direction.BACKWARD, at, association.from(), 0));
            }
        }
        return hops.stream().filter(this::isNameable).toList();
    }

    private boolean isNameable(Hop hop) {
        Association association = hop.association();
        boolean here = hop.direction() == Direction.FORWARD || (association.bothOwn() && !association.isSelf());
        return nameable.entity(hop.to())
                && nameable.member(
                        here ? hop.from() : hop.to(), association.name().toString());
    }

    private Reach.Leg leg(Hop hop, int depth, StringBuilder text) {
        Association association = hop.association();
        text.append(association.name());
        boolean back = hop.direction() == Direction.BACKWARD;
        if (association.isSelf() && back) {
            text.append(dice.any("[reversed()]", "[ reversed( ) ]"));
        }
        boolean eitherWay = !association.isSelf()
                && model.isKindOf(hop.from(), association.from())
                && model.isKindOf(hop.from(), association.to());
        Condition where = Condition.always();
        if ((eitherWay && back) || dice.percent(60)) {
            text.append('/').append(hop.to());
            for (int i = depth > 0 ? dice.any(0, 0, 1, 1, 2) : 0; i > 0; i--) {
                Said predicate = expr(hop.to(), depth - 1);
                text.append('[').append(predicate.text()).append(']');
                where = new Condition.All(List.of(where, predicate.meant()));
            }
        }
        text.append('/');
        return new Reach.Leg(hop, where);
    }

    private List<DeclaredAttribute> attributes(EntityName of) {
        return model.attributes(of).stream()
                .filter(declared -> declared.attribute().isUsable())
                .filter(declared -> nameable.member(of, declared.attribute().name()))
                .toList();
    }

    private static Member.OfAttribute member(EntityName on, DeclaredAttribute declared) {
        return new Member.OfAttribute(on, declared, 0);
    }

    /** A term as it is written, and a value that objects may have of it. */
    private record Written(String text, Term term, Supplier<Object> typical) {}

    private Optional<Written> term(Way way) {
        List<DeclaredAttribute> all = attributes(way.end());
        if (all.isEmpty()) {
            return Optional.empty();
        }
        DeclaredAttribute declared = dice.any(all);
        Member.OfAttribute member = member(way.end(), declared);
        String path = way.text() + declared.attribute().name();
        return Optional.of(
                switch (declared.attribute().type()) {
                    case STRING -> dice.percent(20) ? length(path, member) : plain(path, member);
                    case DATETIME -> dice.percent(35) ? datePart(path, member) : plain(path, member);
                    case INTEGER, LONG, DECIMAL, BOOLEAN, ENUM, AUTONUMBER -> plain(path, member);
                    case BINARY, HASHED_STRING -> throw new IllegalStateException("not usable");
                });
    }

    private Written plain(String path, Member.OfAttribute member) {
        return new Written(path, member, () -> values.of(member.declared(), dice));
    }

    private Written length(String path, Member.OfAttribute member) {
        return new Written(
                dice.any("length", "string-length") + space() + "(" + path + space() + ")",
                new Term.Length(member, 0),
                () -> {
                    String text = (String) values.of(member.declared(), dice);
                    return text.codePointCount(0, text.length()) + dice.any(0, 0, 1, -1);
                });
    }

    private Written datePart(String path, Member.OfAttribute member) {
        Term.DatePart.Part part = dice.any(Term.DatePart.Part.values());
        Optional<ZoneId> zone = dice.percent(50) ? Optional.of(dice.any(Zones.ALL)) : Optional.empty();
        String name = part.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-from-dateTime(";
        String second = zone.map(of -> "," + space() + wording.quoted(of.equals(ZoneOffset.UTC) ? "UTC" : of.getId()))
                .orElse("");
        ZoneId near = zone.orElse(ZoneOffset.UTC);
        return new Written(
                name + path + second + ")",
                new Term.DatePart(part, member, zone, 0),
                () -> CalendarParts.of((Instant) values.of(member.declared(), dice), near, part)
                        + dice.any(0, 0, 0, 1));
    }

    private Optional<Said> withValue(EntityName at, int depth) {
        Way way = way(at, depth, 0);
        return term(way).map(written -> {
            Term term = written.term();
            Comparator comparator = comparator(term);
            Wording.Worded value = value(term, written.typical().get());
            String text = compared(written.text(), comparator, value.text());
            return Said.alone(text, way.to(new Condition.Compare(term, comparator, value.meant())));
        });
    }

    private Wording.Worded value(Term term, Object typical) {
        boolean enumeration = isEnum(term);
        boolean moment = term.type() == ValueType.DATETIME;
        if (dice.percent(moment ? 60 : 25) && !enumeration) {
            Optional<Wording.Worded> token = switch (term.type()) {
                case TEXT -> Optional.of(textToken());
                case DATETIME -> Optional.of(tokens.moment());
                case INT32, INT64, DECIMAL -> dice.percent(30) ? tokens.milliseconds(term.type()) : Optional.empty();
                case BOOLEAN, BINARY, UUID -> Optional.empty();
            };
            if (token.isPresent()) {
                return token.get();
            }
        }
        boolean unheardOf = enumeration && !ModelMaker.ENUM_VALUES.contains(typical);
        Object known = unheardOf ? "Open" : typical;
        return enumeration ? wording.exactly(term.type(), known) : wording.of(term.type(), known);
    }

    private Wording.Worded textToken() {
        if (dice.percent(50)) {
            return new Wording.Worded("'[%CurrentUserName%]'", new Value.CurrentUserName());
        }
        RoleName role = dice.any(ModelMaker.ROLES);
        return new Wording.Worded("\"[%UserRole_" + role + "%]\"", new Value.Constant(ValueType.TEXT, role.toString()));
    }

    /** Either side first. */
    private String compared(String term, Comparator comparator, String value) {
        String gap = dice.any(" ", " ", " ", "", "\n");
        return dice.percent(12)
                ? value + gap + comparator.flipped().symbol() + gap + term
                : term + gap + comparator.symbol() + gap + value;
    }

    private Comparator comparator(Term term) {
        boolean ordered = !(term instanceof Member.Id) && term.type() != ValueType.BOOLEAN && !isEnum(term);
        return ordered ? dice.any(Comparator.values()) : dice.any(Comparator.EQUAL, Comparator.NOT_EQUAL);
    }

    private static boolean isEnum(Term term) {
        return term instanceof Member.OfAttribute of && of.attribute().type() == AttributeType.ENUM;
    }

    private Optional<Said> textTest(EntityName at, int depth) {
        Way way = way(at, depth, 0);
        return of(way, AttributeType.STRING).map(declared -> {
            Condition.TextMatch.Kind kind = dice.any(Condition.TextMatch.Kind.values());
            Member member = member(way.end(), declared);
            Wording.Worded needle = dice.percent(10)
                    ? textToken()
                    : wording.of(ValueType.TEXT, needle((String) values.of(declared, dice)));
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            return Said.alone(
                    name + space() + "(" + way.text() + declared.attribute().name() + "," + space() + needle.text()
                            + ")",
                    way.to(new Condition.TextMatch(member, kind, needle.meant())));
        });
    }

    /** A piece of a text with its case changed here and there; some with what is a wildcard elsewhere. */
    private String needle(String text) {
        int[] points = text.codePoints().toArray();
        if (points.length == 0) {
            return dice.any("", "a");
        }
        int from = dice.percent(50) ? 0 : dice.upTo(points.length);
        int to = dice.percent(50) ? points.length : dice.between(from, points.length);
        StringBuilder needle = new StringBuilder();
        for (int i = from; i < to; i++) {
            needle.appendCodePoint(
                    switch (dice.weighted(12, 12, 2, 1, 13)) {
                        case 0 -> Character.toUpperCase(points[i]);
                        case 1 -> Character.toLowerCase(points[i]);
                        case 2 -> '_';
                        case 3 -> '%';
                        default -> points[i];
                    });
        }
        return needle.toString();
    }

    private Optional<DeclaredAttribute> of(Way way, AttributeType type) {
        List<DeclaredAttribute> some = attributes(way.end()).stream()
                .filter(declared -> declared.attribute().type() == type)
                .toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(dice.any(some));
    }

    private Optional<Said> existence(EntityName at, int depth) {
        Way way = way(at, depth, 1);
        return way.legs().isEmpty()
                ? Optional.empty()
                : Optional.of(Said.alone(way.withoutSlash(), way.to(Condition.always())));
    }

    private Optional<Said> aloneBoolean(EntityName at, int depth) {
        Way way = way(at, depth, 0);
        return of(way, AttributeType.BOOLEAN)
                .map(declared -> Said.alone(
                        way.text() + declared.attribute().name(),
                        way.to(new Condition.Compare(
                                member(way.end(), declared),
                                Comparator.EQUAL,
                                new Value.Constant(ValueType.BOOLEAN, true)))));
    }

    private Member.Id id(EntityName on) {
        return new Member.Id(on, model.entity(on).identity().type(), 0);
    }

    /** {@code id = …} of the object itself, or {@code A/E = …} of one at the end of a path. */
    private Said idTest(EntityName at, int depth) {
        Way way = way(at, depth, dice.any(0, 1, 1));
        Member.Id id = id(way.end());
        Comparator comparator = comparator(id);
        Wording.Worded value = idValue(way.end());
        String text = way.legs().isEmpty() ? "id" : way.withoutSlash();
        return Said.alone(
                compared(text, comparator, value.text()), way.to(new Condition.Compare(id, comparator, value.meant())));
    }

    private Wording.Worded idValue(EntityName of) {
        ValueType type = model.entity(of).identity().type().valueType();
        boolean user =
                model.root(of).equals(model.root(model.user().orElseThrow().entity()));
        if (user && dice.percent(50)) {
            return new Wording.Worded("'[%CurrentUser%]'", new Value.CurrentUser(type));
        }
        Object id = world.in(of).isEmpty() || dice.percent(5)
                ? values.ids(model.entity(of).identity().type(), 1, dice).getFirst()
                : dice.any(world.in(of)).id();
        return wording.of(type, id);
    }

    private Optional<Said> memberTest(EntityName at, int depth) {
        Way left = way(at, depth, 0);
        Way right = way(at, depth, 0);
        if (dice.percent(25)) {
            return idPair(left, right);
        }
        for (int attempt = 0; attempt < 8; attempt++) {
            Optional<Written> first = term(left);
            Optional<Written> second = term(right);
            if (first.isPresent()
                    && second.isPresent()
                    && areComparable(first.get().term(), second.get().term())) {
                return Optional.of(pair(left, first.get(), right, second.get()));
            }
        }
        return Optional.empty();
    }

    private Said pair(Way left, Written first, Way right, Written second) {
        boolean keys = isEnum(first.term()) || isEnum(second.term());
        Comparator comparator = keys ? dice.any(Comparator.EQUAL, Comparator.NOT_EQUAL) : comparator(first.term());
        return Said.alone(
                first.text() + " " + comparator.symbol() + " " + second.text(),
                new Condition.CompareMembers(
                        new Reach(left.legs(), first.term()), comparator, new Reach(right.legs(), second.term())));
    }

    private static boolean areComparable(Term left, Term right) {
        return left.type() == right.type() || (isNumber(left.type()) && isNumber(right.type()));
    }

    private static boolean isNumber(ValueType type) {
        return type == ValueType.INT32 || type == ValueType.INT64 || type == ValueType.DECIMAL;
    }

    private Optional<Said> idPair(Way left, Way right) {
        Function<Way, String> text = way -> way.legs().isEmpty() ? "id" : way.withoutSlash();
        Member.Id first = id(left.end());
        Member.Id second = id(right.end());
        if (first.type() != second.type()) {
            return Optional.empty();
        }
        Comparator comparator = comparator(first);
        return Optional.of(Said.alone(
                text.apply(left) + comparator.symbol() + text.apply(right),
                new Condition.CompareMembers(
                        new Reach(left.legs(), first), comparator, new Reach(right.legs(), second))));
    }

    private Optional<Said> withEmpty(EntityName at, int depth) {
        Way way = way(at, depth, 0);
        return term(way).map(written -> {
            Comparator comparator = dice.any(Comparator.EQUAL, Comparator.NOT_EQUAL);
            Member member = written.term().member();
            Condition meant =
                    comparator == Comparator.EQUAL ? new Condition.IsEmpty(member) : new Condition.IsNotEmpty(member);
            return Said.alone(compared(written.text(), comparator, wording.empty()), way.to(meant));
        });
    }

    private Said ofValues() {
        Comparator comparator = dice.any(Comparator.values());
        return switch (dice.upTo(5)) {
            case 0 -> pair(textToken(), comparator, wording.of(ValueType.TEXT, dice.any("ada", "One", "two")));
            case 1 -> pair(tokens.moment(), comparator, tokens.moment());
            case 2 -> pair(tokens.moment(), comparator, wording.of(ValueType.DATETIME, world.now()));
            case 3 ->
                pair(
                        new Wording.Worded("1.50", new Value.Constant(ValueType.DECIMAL, new BigDecimal("1.50"))),
                        comparator,
                        wording.of(ValueType.DECIMAL, new BigDecimal(dice.any("1.5", "2", "-1"))));
            default -> {
                boolean equal = comparator == Comparator.EQUAL;
                Wording.Worded value = wording.of(ValueType.TEXT, "x");
                yield Said.alone(
                        value.text() + (equal ? " = " : " != ") + wording.empty(),
                        equal ? Condition.never() : Condition.always());
            }
        };
    }

    private static Said pair(Wording.Worded left, Comparator comparator, Wording.Worded right) {
        return Said.alone(
                left.text() + " " + comparator.symbol() + " " + right.text(),
                new Condition.CompareValues(left.meant(), comparator, right.meant()));
    }

    private String space() {
        return dice.any("", "", "", " ", "\t");
    }
}
