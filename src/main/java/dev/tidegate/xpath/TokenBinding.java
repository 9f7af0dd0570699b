package dev.tidegate.xpath;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.UserEntity;
import dev.tidegate.model.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Knows the tokens: what each stands for, of which type it is, and which of them can run. */
final class TokenBinding {
    private static final String USER_ROLE = "UserRole_";
    private static final List<String> LENGTHS = List.of(
            "SecondLength", "MinuteLength", "HourLength", "DayLength", "WeekLength", "MonthLength", "YearLength");
    private static final List<String> MOMENTS = moments();

    private final Model model;
    private final Findings findings;

    TokenBinding(Model model, Findings findings) {
        this.model = model;
        this.findings = findings;
    }

    private static List<String> moments() {
        List<String> moments = new ArrayList<>(List.of("CurrentDateTime"));
        for (String edge : List.of("BeginOf", "EndOf")) {
            for (String unit : List.of("Minute", "Hour", "Day", "Week", "Month", "Year")) {
                moments.add(edge + "Current" + unit);
            }
            moments.add(edge + "Yesterday");
            moments.add(edge + "Tomorrow");
        }
        List<String> utc = moments.stream().map(moment -> moment + "UTC").toList();
        moments.addAll(utc);
        return List.copyOf(moments);
    }

    boolean isCurrentUser(Operand.Tokens tokens) {
        return only(tokens).filter("CurrentUser"::equals).isPresent();
    }

    ValueType typeOf(Operand.Tokens tokens) {
        Optional<String> only = only(tokens);
        if (only.isPresent() && only.get().equals("CurrentUser")) {
            return model.user()
                    .map(user -> model.entity(user.entity()).identity().type().valueType())
                    .orElse(ValueType.TEXT);
        }
        if (only.isPresent() && isText(only.get())) {
            return ValueType.TEXT;
        }
        return factors(tokens).anyMatch(factor -> factor.token() && MOMENTS.contains(factor.text()))
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
        return Optional.of(
                switch (only(tokens).orElse("")) {
                    case "CurrentUserName" -> new Value.CurrentUserName();
                    case "CurrentDateTime" -> new Value.CurrentDateTime();
                    case String other -> {
                        findings.unimplemented(
                                tokens.position(), other.isEmpty() ? "Arithmetic with tokens" : "[%" + other + "%]");
                        yield new Value.CurrentDateTime();
                    }
                });
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
        return Optional.of(
                new Value.CurrentUser(model.entity(entity).identity().type().valueType()));
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
        Stream<String> roles = model.accessRules().stream()
                .flatMap(rule -> rule.roles().stream())
                .map(role -> USER_ROLE + role);
        return Stream.of(Stream.of("CurrentUser", "CurrentUserName"), MOMENTS.stream(), LENGTHS.stream(), roles)
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
