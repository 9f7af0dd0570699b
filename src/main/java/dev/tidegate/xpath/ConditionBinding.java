package dev.tidegate.xpath;

import dev.tidegate.model.AttributeType;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
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
                    /* left= */ right, flip(comparison.comparator()), /* right= */ left, comparison.position());
            return withValue(at, flipped);
        }
        return isValue(right) ? withValue(at, comparison) : ofMembers(at, comparison);
    }

    private Condition withValue(EntityName at, Expr.Comparison comparison) {
        return switch (comparison.left()) {
            case Operand.Path path
            when path.member().isPresent() -> walk(at, path, member -> ofAttribute(member, comparison));
            case Operand.Path path -> exists(at, path.steps(), end -> ofReference(path, end, comparison));
            case Operand.Id id -> ofId(paths.id(at, id.position()), comparison);
            case Operand other -> notYet(at, other, comparison.right());
        };
    }

    private Condition ofAttribute(Member member, Expr.Comparison comparison) {
        Condition.Comparator comparator = comparison.comparator();
        if (isEmpty(comparison.right())) {
            return switch (comparator) {
                case EQUAL -> new Condition.IsEmpty(member);
                case NOT_EQUAL -> new Condition.IsNotEmpty(member);
                case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    new Condition.All(List.of(new Condition.IsNotEmpty(member), Condition.never()));
            };
        }
        mustHaveAnOrder(member, comparison);
        return values.forMember(member, comparison.right())
                .map(value -> (Condition) new Condition.Compare(member, comparator, value))
                .orElse(UNBOUND);
    }

    private Condition ofReference(Operand.Path path, EntityName end, Expr.Comparison comparison) {
        if (isEmpty(comparison.right())) {
            String text = ConstraintPrinter.print(path);
            findings.mismatch(
                    comparison.right().position(),
                    "A path is not compared with empty. Write not(" + text + ") for objects without, " + text
                            + " for objects with one.");
            return UNBOUND;
        }
        return ofId(paths.id(end, path.position()), comparison);
    }

    private Condition ofId(Member.Id id, Expr.Comparison comparison) {
        Condition.Comparator comparator = comparison.comparator();
        if (isOrdered(comparator)) {
            findings.mismatch(comparison.position(), "Ids are compared with '=' and '!=' only.");
            return UNBOUND;
        }
        if (isEmpty(comparison.right())) {
            return comparator == Condition.Comparator.EQUAL ? Condition.never() : Condition.always();
        }
        return values.forMember(id, comparison.right())
                .map(value -> (Condition) new Condition.Compare(id, comparator, value))
                .orElse(UNBOUND);
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
        Optional<Member> left = ownMember(at, comparison.left());
        Optional<Member> right = ownMember(at, comparison.right());
        if (left.isEmpty() || right.isEmpty()) {
            return isOwnMember(comparison.left()) && isOwnMember(comparison.right())
                    ? UNBOUND
                    : notYet(at, comparison.left(), comparison.right());
        }
        if (!ValueBinding.areComparable(left.get(), right.get())) {
            findings.mismatch(
                    comparison.position(),
                    "'" + nameOf(left.get()) + "' is " + ValueBinding.typeOf(left.get()) + " and '"
                            + nameOf(right.get()) + "' is " + ValueBinding.typeOf(right.get())
                            + "; they cannot be compared.");
            return UNBOUND;
        }
        mustHaveAnOrder(left.get(), comparison);
        return new Condition.CompareMembers(left.get(), comparison.comparator(), right.get());
    }

    private static boolean isOwnMember(Operand operand) {
        return operand instanceof Operand.Id
                || (operand instanceof Operand.Path path && path.steps().isEmpty());
    }

    private Optional<Member> ownMember(EntityName at, Operand operand) {
        return switch (operand) {
            case Operand.Id id -> Optional.of(paths.id(at, id.position()));
            case Operand.Path path when path.steps().isEmpty() -> path.member().flatMap(name -> paths.member(at, name));
            case Operand _ -> Optional.empty();
        };
    }

    /** Notes that a comparison cannot run yet; names and types in it are checked all the same. */
    private Condition notYet(EntityName at, Operand left, Operand right) {
        return new Condition.All(List.of(mentions(at, left), mentions(at, right)));
    }

    private Condition mentions(EntityName at, Operand operand) {
        return switch (operand) {
            case Operand.Path path -> {
                if (!path.steps().isEmpty()) {
                    findings.unimplemented(path.position(), "A path compared with anything but a value");
                }
                yield path.member().isEmpty()
                        ? exists(at, path.steps(), _ -> Condition.always())
                        : walk(at, path, Condition.IsNotEmpty::new);
            }
            case Operand.Length length -> {
                findings.unimplemented(length.position(), "length");
                yield walk(at, length.member(), member -> ofType(member, ValueType.TEXT, "length"));
            }
            case Operand.DatePart part -> {
                findings.unimplemented(part.position(), part.part() + "-from-dateTime");
                part.zone()
                        .filter(zone -> !isZone(zone))
                        .ifPresent(zone -> findings.mismatch(
                                part.position(), "'" + zone + "' is no time zone: write an IANA name or 'UTC'."));
                yield walk(
                        at,
                        part.member(),
                        member -> ofType(member, ValueType.DATETIME, part.part() + "-from-dateTime"));
            }
            case Operand.Numeral _, Operand.Id _, Operand.Empty _ -> Condition.always();
            case Operand.Parameter parameter -> {
                findings.names(parameter.name());
                yield Condition.always();
            }
            case Operand.Text text -> notANumber(text.position());
            case Operand.Truth truth -> notANumber(truth.position());
            case Operand.Tokens tokens -> {
                findings.unimplemented(tokens.position(), "A token compared with anything but an attribute");
                yield Condition.always();
            }
        };
    }

    private Condition notANumber(int position) {
        findings.mismatch(position, "Expected a number.");
        return UNBOUND;
    }

    private Condition ofType(Member member, ValueType type, String function) {
        if (member.type() != type) {
            findings.mismatch(
                    member.position(),
                    "'" + nameOf(member) + "' is " + ValueBinding.typeOf(member) + ", which " + function
                            + " does not take.");
        }
        return new Condition.IsNotEmpty(member);
    }

    private static boolean isZone(String zone) {
        try {
            ZoneId.of(zone);
            return true;
        } catch (DateTimeException unknown) {
            return false;
        }
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
        List<Condition> predicates = new ArrayList<>();
        for (PathBinding.Leg leg : legs.get()) {
            Condition all = Condition.always();
            for (Expr predicate : leg.predicates()) {
                all = all.and(expr(leg.hop().to(), predicate));
            }
            predicates.add(all);
        }
        Condition condition =
                end.apply(legs.get().isEmpty() ? at : legs.get().getLast().hop().to());
        for (int i = legs.get().size() - 1; i >= 0; i--) {
            condition = new Condition.Exists(
                    legs.get().get(i).hop(), new Condition.All(List.of(predicates.get(i), condition)));
        }
        return condition;
    }

    private void mustHaveAnOrder(Member member, Expr.Comparison comparison) {
        boolean unordered = member.type() == ValueType.BOOLEAN || isEnum(member) || member instanceof Member.Id;
        if (unordered && isOrdered(comparison.comparator())) {
            findings.mismatch(
                    comparison.position(),
                    "'" + nameOf(member) + "' is " + ValueBinding.typeOf(member)
                            + ", which has no order; compare it with '=' or '!='.");
        }
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

    private static boolean isOrdered(Condition.Comparator comparator) {
        return comparator != Condition.Comparator.EQUAL && comparator != Condition.Comparator.NOT_EQUAL;
    }

    private static Condition.Comparator flip(Condition.Comparator comparator) {
        return switch (comparator) {
            case EQUAL -> Condition.Comparator.EQUAL;
            case NOT_EQUAL -> Condition.Comparator.NOT_EQUAL;
            case LESS -> Condition.Comparator.GREATER;
            case LESS_OR_EQUAL -> Condition.Comparator.GREATER_OR_EQUAL;
            case GREATER -> Condition.Comparator.LESS;
            case GREATER_OR_EQUAL -> Condition.Comparator.LESS_OR_EQUAL;
        };
    }

    private static boolean isEnum(Member member) {
        return member instanceof Member.OfAttribute of && of.attribute().type() == AttributeType.ENUM;
    }

    private static String nameOf(Member member) {
        return switch (member) {
            case Member.Id _ -> "id";
            case Member.OfAttribute of -> of.attribute().name();
        };
    }
}
