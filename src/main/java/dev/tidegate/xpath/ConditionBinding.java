package dev.tidegate.xpath;

import dev.tidegate.model.AttributeType;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Binds the conditions of one constraint. What does not fit is noted and stands as a condition that never runs. */
final class ConditionBinding {
    private static final Condition UNBOUND = Condition.never();

    private final Findings findings;
    private final Set<String> nullParameters;
    private final PathBinding paths;
    private final ValueBinding values;

    ConditionBinding(Model model, Findings findings, Set<String> nullParameters) {
        this.findings = findings;
        this.nullParameters = nullParameters;
        this.paths = new PathBinding(model, findings);
        this.values = new ValueBinding(model, findings);
    }

    Condition expr(EntityName at, Expr expr) {
        return switch (expr) {
            case Expr.Or or ->
                new Condition.Any(or.of().stream().map(part -> expr(at, part)).toList());
            case Expr.And and ->
                new Condition.All(and.of().stream().map(part -> expr(at, part)).toList());
            case Expr.Not not -> new Condition.Not(expr(at, not.of()));
            case Expr.Comparison comparison -> comparison(at, comparison);
            case Expr.TextTest test -> walk(at, test.member(), member -> textTest(member, test));
            case Expr.Test test -> alone(at, test.path());
        };
    }

    private Condition alone(EntityName at, Operand.Path path) {
        return path.member().isEmpty()
                ? exists(at, path.steps(), _ -> Condition.always())
                : walk(at, path, this::isTrue);
    }

    private Condition isTrue(Member member) {
        if (member.type() != ValueType.BOOLEAN) {
            findings.mismatch(
                    member.position(),
                    "'" + nameOf(member) + "' is " + ValueBinding.typeOf(member)
                            + "; only a boolean stands alone. Compare it with something.");
        }
        return new Condition.Compare(member, Condition.Comparator.EQUAL, new Value.Constant(ValueType.BOOLEAN, true));
    }

    private Condition textTest(Member member, Expr.TextTest test) {
        if (member.type() != ValueType.TEXT || isEnum(member)) {
            if (member.type() == ValueType.BINARY) {
                return new Condition.IsNotEmpty(member); // rules refuse it
            }

            findings.mismatch(
                    member.position(),
                    "'" + nameOf(member) + "' is " + ValueBinding.typeOf(member) + "; only strings can be searched.");
            return UNBOUND;
        }
        if (test.needle() instanceof Operand.Empty) {
            findings.mismatch(test.needle().position(), "A string is searched for a string, not for empty.");
            return UNBOUND;
        }
        if (isEmpty(test.needle())) {
            return new Condition.All(List.of(new Condition.IsNotEmpty(member), Condition.never()));
        }
        return values.text(test.needle())
                .map(needle -> (Condition) new Condition.TextMatch(member, test.kind(), needle))
                .orElse(UNBOUND);
    }

    private Condition comparison(EntityName at, Expr.Comparison comparison) {
        Operand left = comparison.left();
        Operand right = comparison.right();
        if (isValue(left) && isValue(right)) {
            return ofValues(comparison);
        }
        if (isValue(left)) {
            Expr.Comparison flipped = new Expr.Comparison(
                    /* left= */ right, comparison.comparator().flipped(), /* right= */ left, comparison.position());
            return withValue(at, flipped);
        }
        return isValue(right) ? withValue(at, comparison) : ofMembers(at, comparison);
    }

    /** One side of a comparison that is no value: where it leads, and what it is of the entity there. */
    private record Side(List<Operand.Step> steps, Function<EntityName, Optional<Term>> end) {}

    private Side side(Operand operand) {
        return switch (operand) {
            case Operand.Path path
            when path.member().isEmpty() ->
                new Side(path.steps(), entity -> Optional.of(paths.id(entity, path.position())));
            case Operand.Path path -> side(path, Optional::of);
            case Operand.Id id -> new Side(List.of(), entity -> Optional.of(paths.id(entity, id.position())));
            case Operand.Length length -> side(length.member(), member -> length(member, length));
            case Operand.DatePart part -> side(part.member(), member -> datePart(member, part));
            case Operand.Text _,
                    Operand.Numeral _,
                    Operand.Truth _,
                    Operand.Empty _,
                    Operand.Parameter _,
                    Operand.Tokens _ -> throw new IllegalArgumentException("a value leads nowhere");
        };
    }

    private Side side(Operand.Path path, Function<Member, Optional<Term>> term) {
        Operand.Name name = path.member().orElseThrow();
        return new Side(path.steps(), entity -> paths.member(entity, name).flatMap(term));
    }

    private Optional<Term> length(Member member, Operand.Length length) {
        if (member.type() != ValueType.TEXT || isEnum(member)) {
            wrongType(member, "length");
            return Optional.empty();
        }
        return Optional.of(new Term.Length(member, length.position()));
    }

    private Optional<Term> datePart(Member member, Operand.DatePart part) {
        String function = part.part() + "-from-dateTime";
        if (member.type() != ValueType.DATETIME) {
            wrongType(member, function);
            return Optional.empty();
        }
        Optional<ZoneId> zone = part.zone().flatMap(TimeZones::named);
        if (part.zone().isPresent() && zone.isEmpty()) {
            findings.mismatch(
                    part.position(),
                    "'" + part.zone().get() + "' is no time zone: write an IANA name ('Europe/Amsterdam') or 'UTC'."
                            + Suggestion.of(part.zone().get(), TimeZones.names()));
            return Optional.empty();
        }
        Term.DatePart.Part of =
                Term.DatePart.Part.valueOf(part.part().toUpperCase(Locale.ROOT).replace('-', '_'));
        return Optional.of(new Term.DatePart(of, member, zone, part.position()));
    }

    private void wrongType(Member member, String function) {
        findings.mismatch(
                member.position(),
                "'" + nameOf(member) + "' is " + ValueBinding.typeOf(member) + ", which " + function
                        + " does not take.");
    }

    private Condition withValue(EntityName at, Expr.Comparison comparison) {
        Side side = side(comparison.left());
        return exists(
                at,
                side.steps(),
                entity -> side.end()
                        .apply(entity)
                        .map(term ->
                                isEmpty(comparison.right()) ? withEmpty(term, comparison) : withValue(term, comparison))
                        .orElse(UNBOUND));
    }

    private Condition withValue(Term term, Expr.Comparison comparison) {
        if (!hasOrderWhereNeeded(term, comparison)) {
            return UNBOUND;
        }
        return values.forTerm(term, comparison.right())
                .map(value -> (Condition) new Condition.Compare(term, comparison.comparator(), value))
                .orElse(UNBOUND);
    }

    private Condition withEmpty(Term term, Expr.Comparison comparison) {
        if (comparison.left() instanceof Operand.Path path && path.member().isEmpty()) {
            String text = ConstraintPrinter.print(path);
            findings.mismatch(
                    comparison.right().position(),
                    "A path is not compared with empty. Write not(" + text + ") for objects without, " + text
                            + " for objects with one.");
            return UNBOUND;
        }
        Member member = term.member();
        return switch (comparison.comparator()) {
            case EQUAL -> member instanceof Member.Id ? Condition.never() : new Condition.IsEmpty(member);
            case NOT_EQUAL -> member instanceof Member.Id ? Condition.always() : new Condition.IsNotEmpty(member);
            // By a parameter that is bound to null only: nothing is smaller or larger than empty.
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                new Condition.All(List.of(new Condition.IsNotEmpty(member), Condition.never()));
        };
    }

    private Condition ofValues(Expr.Comparison comparison) {
        Condition.Comparator comparator = comparison.comparator();
        boolean left = isEmpty(comparison.left());
        boolean right = isEmpty(comparison.right());
        if (left || right) {
            names(comparison.left());
            names(comparison.right());
            boolean holds = comparator == Condition.Comparator.EQUAL
                    ? left && right
                    : comparator == Condition.Comparator.NOT_EQUAL && !(left && right);
            return holds ? Condition.always() : Condition.never();
        }
        return values.pair(comparison.left(), comparison.right())
                .map(pair -> (Condition) new Condition.CompareValues(pair.left(), comparator, pair.right()))
                .orElse(UNBOUND);
    }

    private void names(Operand operand) {
        if (operand instanceof Operand.Parameter parameter) {
            findings.names(parameter.name());
        }
    }

    private Condition ofMembers(EntityName at, Expr.Comparison comparison) {
        Optional<Reach> left = reach(at, side(comparison.left()));
        Optional<Reach> right = reach(at, side(comparison.right()));
        if (left.isEmpty() || right.isEmpty()) {
            return UNBOUND;
        }
        Term first = left.get().end();
        Term second = right.get().end();
        if (!ValueBinding.areComparable(first, second)) {
            findings.mismatch(
                    comparison.position(),
                    "'" + nameOf(first) + "' is " + ValueBinding.typeOf(first) + " and '" + nameOf(second) + "' is "
                            + ValueBinding.typeOf(second) + "; they cannot be compared.");
            return UNBOUND;
        }
        return hasOrderWhereNeeded(first, comparison)
                ? new Condition.CompareMembers(left.get(), comparison.comparator(), right.get())
                : UNBOUND;
    }

    private Optional<Reach> reach(EntityName at, Side side) {
        return paths.legs(at, side.steps()).flatMap(legs -> {
            List<Reach.Leg> reached = legs.stream()
                    .map(leg -> new Reach.Leg(leg.hop(), predicates(leg)))
                    .toList();
            return side.end().apply(endOf(at, legs)).map(end -> new Reach(reached, end));
        });
    }

    private static EntityName endOf(EntityName at, List<PathBinding.Leg> legs) {
        return legs.isEmpty() ? at : legs.getLast().hop().to();
    }

    private Condition predicates(PathBinding.Leg leg) {
        Condition all = Condition.always();
        for (Expr predicate : leg.predicates()) {
            all = all.and(expr(leg.hop().to(), predicate));
        }
        return all;
    }

    private Condition walk(EntityName at, Operand.Path path, Function<Member, Condition> end) {
        Operand.Name name = path.member().orElseThrow();
        return exists(
                at, path.steps(), entity -> paths.member(entity, name).map(end).orElse(UNBOUND));
    }

    private Condition exists(EntityName at, List<Operand.Step> steps, Function<EntityName, Condition> end) {
        Optional<List<PathBinding.Leg>> legs = paths.legs(at, steps);
        if (legs.isEmpty()) {
            return UNBOUND;
        }
        List<Condition> predicates = legs.get().stream().map(this::predicates).toList();
        Condition condition = end.apply(endOf(at, legs.get()));
        for (int i = legs.get().size() - 1; i >= 0; i--) {
            condition = new Condition.Exists(
                    legs.get().get(i).hop(), new Condition.All(List.of(predicates.get(i), condition)));
        }
        return condition;
    }

    private boolean hasOrderWhereNeeded(Term term, Expr.Comparison comparison) {
        if (!comparison.comparator().isOrdered()) {
            return true;
        }
        if (term instanceof Member.Id) {
            findings.mismatch(comparison.position(), "Ids are compared with '=' and '!=' only.");
            return false;
        }
        if (term.type() == ValueType.BOOLEAN || isEnum(term)) {
            findings.mismatch(
                    comparison.position(),
                    "'" + nameOf(term) + "' is " + ValueBinding.typeOf(term)
                            + ", which has no order; compare it with '=' or '!='.");
            return false;
        }
        return true;
    }

    private boolean isEmpty(Operand operand) {
        return switch (operand) {
            case Operand.Empty _ -> true;
            case Operand.Parameter parameter
            when nullParameters.contains(parameter.name()) -> {
                findings.names(parameter.name());
                yield true;
            }
            case Operand _ -> false;
        };
    }

    private static boolean isValue(Operand operand) {
        return switch (operand) {
            case Operand.Text _,
                    Operand.Numeral _,
                    Operand.Truth _,
                    Operand.Empty _,
                    Operand.Parameter _,
                    Operand.Tokens _ -> true;
            case Operand.Path _, Operand.Id _, Operand.Length _, Operand.DatePart _ -> false;
        };
    }

    private static boolean isEnum(Term term) {
        return term instanceof Member.OfAttribute of && of.attribute().type() == AttributeType.ENUM;
    }

    private static String nameOf(Term term) {
        return switch (term.member()) {
            case Member.Id _ -> "id";
            case Member.OfAttribute of -> of.attribute().name();
        };
    }
}
