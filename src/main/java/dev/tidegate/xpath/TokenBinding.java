package dev.tidegate.xpath;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.UserEntity;
import dev.tidegate.model.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Knows the tokens: what each stands for, of which type it is, and what arithmetic there is with them. */
final class TokenBinding {
    private static final String USER_ROLE = "UserRole_";
    private static final Map<String, Formula.Length> LENGTHS = lengths();
    private static final Map<String, Formula.Moment> MOMENTS = moments();

    private final Model model;
    private final Findings findings;

    TokenBinding(Model model, Findings findings) {
        this.model = model;
        this.findings = findings;
    }

    private static Map<String, Formula.Length> lengths() {
        Map<String, Formula.Length> lengths = new LinkedHashMap<>();
        for (Formula.Length length : Formula.Length.values()) {
            lengths.put(title(length) + "Length", length);
        }
        return lengths;
    }

    private static Map<String, Formula.Moment> moments() {
        Map<String, Formula.Moment> moments = new LinkedHashMap<>();
        for (boolean utc : new boolean[] {false, true}) {
            String suffix = utc ? "UTC" : "";
            moments.put("CurrentDateTime" + suffix, new Formula.Moment(Formula.Edge.NOW, Formula.Unit.MINUTE, 0, utc));
            for (Formula.Edge edge : List.of(Formula.Edge.BEGIN, Formula.Edge.END)) {
                String of = title(edge) + "Of";
                for (Formula.Unit unit : Formula.Unit.values()) {
                    moments.put(of + "Current" + title(unit) + suffix, new Formula.Moment(edge, unit, 0, utc));
                }
                moments.put(of + "Yesterday" + suffix, new Formula.Moment(edge, Formula.Unit.DAY, -1, utc));
                moments.put(of + "Tomorrow" + suffix, new Formula.Moment(edge, Formula.Unit.DAY, 1, utc));
            }
        }
        return moments;
    }

    private static String title(Enum<?> constant) {
        String name = constant.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    boolean isCurrentUser(Operand.Tokens tokens) {
        return only(tokens).filter("CurrentUser"::equals).isPresent();
    }

    ValueType typeOf(Operand.Tokens tokens) {
        Optional<String> only = only(tokens);
        if (only.isPresent() && only.get().equals("CurrentUser")) {
            return model.user().map(user -> model.idType(user.entity())).orElse(ValueType.TEXT);
        }
        if (only.isPresent() && isText(only.get())) {
            return ValueType.TEXT;
        }
        return factors(tokens).anyMatch(factor -> factor.token() && MOMENTS.containsKey(factor.text()))
                ? ValueType.DATETIME
                : ValueType.DECIMAL;
    }

    /** The value, when it is of {@code type}; {@code idOf} is the entity whose ids are compared, where they are. */
    Optional<Value> bind(ValueType type, Optional<EntityName> idOf, String what, Operand.Tokens tokens) {
        if (!areKnown(tokens)) {
            return Optional.empty();
        }
        if (isCurrentUser(tokens)) {
            return currentUser(idOf, what, tokens);
        }
        ValueType own = typeOf(tokens);
        boolean number = own == ValueType.DECIMAL && (type == ValueType.INT32 || type == ValueType.INT64);
        if (own != type && !number) {
            findings.mismatch(
                    tokens.position(),
                    what + " is " + ValueBinding.describe(type) + "; this token is " + ValueBinding.describe(own)
                            + ".");
            return Optional.empty();
        }
        return switch (own) {
            case TEXT -> text(tokens);
            case DATETIME -> formula(tokens).map(Value.Clock::new);
            case INT32, INT64, DECIMAL, BOOLEAN, BINARY, UUID -> duration(type, what, tokens);
        };
    }

    private static Optional<Value> text(Operand.Tokens tokens) {
        String token = only(tokens).orElseThrow();
        return Optional.of(
                token.equals("CurrentUserName")
                        ? new Value.CurrentUserName()
                        : new Value.Constant(ValueType.TEXT, token.substring(USER_ROLE.length())));
    }

    private Optional<Formula> formula(Operand.Tokens tokens) {
        List<Formula.Moment> moments = new ArrayList<>();
        List<Formula.Step> steps = new ArrayList<>();
        boolean fits = true;
        for (Operand.Term term : tokens.terms()) {
            Operand.Factor first = term.factors().getFirst();
            if (term.factors().size() == 1 && first.token() && MOMENTS.containsKey(first.text())) {
                fits &= isTheMoment(term, first, moments);
                Optional.ofNullable(MOMENTS.get(first.text())).ifPresent(moments::add);
            } else {
                Optional<Formula.Step> step = step(term);
                fits &= step.isPresent();
                step.ifPresent(steps::add);
            }
        }
        return fits ? Optional.of(new Formula(moments.getFirst(), steps)) : Optional.empty();
    }

    private boolean isTheMoment(Operand.Term term, Operand.Factor token, List<Formula.Moment> before) {
        if (before.isEmpty() && !term.subtracted()) {
            return true;
        }
        findings.mismatch(
                token.position(),
                "[%" + token.text() + "%] is a moment; lengths are added to one moment, and moments neither to each"
                        + " other nor taken away.");
        return false;
    }

    /** A product of one length and numbers. */
    private Optional<Formula.Step> step(Operand.Term term) {
        Operand.Factor first = term.factors().getFirst();
        List<Operand.Factor> named =
                term.factors().stream().filter(Operand.Factor::token).toList();
        Formula.Length length = named.size() == 1 ? LENGTHS.get(named.getFirst().text()) : null;
        if (length == null) {
            findings.mismatch(
                    first.position(),
                    "Arithmetic with tokens adds lengths, each perhaps multiplied with a number: '[%CurrentDateTime%]"
                            + " - 3 * [%DayLength%]'.");
            return Optional.empty();
        }
        BigDecimal times = term.factors().stream()
                .filter(factor -> !factor.token())
                .map(factor -> new BigDecimal(factor.text()))
                .reduce(BigDecimal.ONE, BigDecimal::multiply);
        if (length.isOfCalendar() && times.stripTrailingZeros().scale() > 0) {
            findings.mismatch(first.position(), "Months and years of the calendar are counted whole.");
            return Optional.empty();
        }
        return Optional.of(new Formula.Step(term.subtracted() ? times.negate() : times, length));
    }

    /** Lengths without a moment are a number of milliseconds. */
    private Optional<Value> duration(ValueType type, String what, Operand.Tokens tokens) {
        BigDecimal millis = BigDecimal.ZERO;
        for (Operand.Term term : tokens.terms()) {
            Optional<Formula.Step> step = step(term);
            if (step.isEmpty()) {
                return Optional.empty();
            }
            if (step.get().length().isOfCalendar()) {
                findings.mismatch(
                        term.factors().getFirst().position(),
                        "A month or a year has no length of its own; add it to a moment.");
                return Optional.empty();
            }
            millis = millis.add(step.get().times().multiply(step.get().length().millis()));
        }
        Optional<Object> value = Coercion.fromNumber(type, millis.toPlainString());
        if (value.isEmpty()) {
            findings.mismatch(
                    tokens.position(),
                    what + " is " + ValueBinding.describe(type) + "; these milliseconds are out of its range.");
        }
        return value.map(number -> new Value.Constant(type, number));
    }

    private Optional<Value> currentUser(Optional<EntityName> idOf, String what, Operand.Tokens tokens) {
        Optional<UserEntity> user = model.user();
        if (user.isEmpty()) {
            findings.unknown(tokens.position(), "The model names no user entity, so there is no [%CurrentUser%].");
            return Optional.empty();
        }
        EntityName entity = user.get().entity();
        if (idOf.isEmpty() || !model.root(idOf.get()).equals(model.root(entity))) {
            findings.mismatch(
                    tokens.position(),
                    "[%CurrentUser%] is the id of a '" + entity + "'; " + what + " is none. Compare it with an"
                            + " association to '" + entity + "', or use [%CurrentUserName%].");
            return Optional.empty();
        }
        return Optional.of(new Value.CurrentUser(model.idType(entity)));
    }

    private boolean areKnown(Operand.Tokens tokens) {
        List<Operand.Factor> unknown = factors(tokens)
                .filter(Operand.Factor::token)
                .filter(factor -> !isKnown(factor.text()))
                .toList();
        unknown.forEach(factor -> findings.unknown(
                factor.position(),
                "There is no token [%" + factor.text() + "%]." + Suggestion.of(factor.text(), known())));
        boolean text =
                tokens.terms().size() > 1 || tokens.terms().getFirst().factors().size() > 1;
        Optional<Operand.Factor> misplaced = factors(tokens)
                .filter(factor -> text
                        && factor.token()
                        && (isText(factor.text()) || factor.text().equals("CurrentUser")))
                .findFirst();
        misplaced.ifPresent(factor ->
                findings.mismatch(factor.position(), "There is no arithmetic with [%" + factor.text() + "%]."));
        return unknown.isEmpty() && misplaced.isEmpty();
    }

    private boolean isKnown(String token) {
        return known().anyMatch(token::equals);
    }

    private Stream<String> known() {
        Stream<String> roles = Stream.concat(
                        model.accessRules().stream().map(AccessRule::roles),
                        model.profiles().values().stream().flatMap(profile -> profile.roles().stream()))
                .flatMap(Set::stream)
                .map(role -> USER_ROLE + role);
        return Stream.of(
                        Stream.of("CurrentUser", "CurrentUserName"),
                        MOMENTS.keySet().stream(),
                        LENGTHS.keySet().stream(),
                        roles)
                .flatMap(names -> names);
    }

    private static boolean isText(String token) {
        return token.equals("CurrentUserName") || token.startsWith(USER_ROLE);
    }

    private static Stream<Operand.Factor> factors(Operand.Tokens tokens) {
        return tokens.terms().stream().flatMap(term -> term.factors().stream());
    }

    private static Optional<String> only(Operand.Tokens tokens) {
        List<Operand.Factor> factors = factors(tokens).toList();
        return factors.size() == 1 && factors.getFirst().token()
                ? Optional.of(factors.getFirst().text())
                : Optional.empty();
    }
}
