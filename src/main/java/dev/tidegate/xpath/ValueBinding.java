package dev.tidegate.xpath;

import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import java.util.Optional;
import java.util.Set;

/** Gives values the type of what they are compared with, or says why they cannot have it. */
final class ValueBinding {
    private static final Set<ValueType> NUMBERS = Set.of(ValueType.INT32, ValueType.INT64, ValueType.DECIMAL);

    private final Model model;
    private final Findings findings;
    private final TokenBinding tokens;

    ValueBinding(Model model, Findings findings) {
        this.model = model;
        this.findings = findings;
        this.tokens = new TokenBinding(model, findings);
    }

    record Pair(Value left, Value right) {}

    /** The value that a term is compared with. */
    Optional<Value> forTerm(Term term, Operand operand) {
        return switch (term) {
            case Member.Id id -> typed(id.type(), Optional.of(id.on()), "The id of '" + id.on() + "'", operand);
            case Member.OfAttribute of -> forAttribute(of, operand);
            case Term.Length _ -> typed(term.type(), Optional.empty(), "A length", operand);
            case Term.DatePart _ -> typed(term.type(), Optional.empty(), "A part of a date and time", operand);
        };
    }

    private Optional<Value> forAttribute(Member.OfAttribute member, Operand operand) {
        Attribute attribute = member.attribute();
        if (attribute.type() == AttributeType.BINARY) {
            return Optional.of(new Value.Constant(ValueType.TEXT, ""));
        }
        Optional<Value> value = typed(member.type(), Optional.empty(), "'" + attribute.name() + "'", operand);
        if (attribute.type() == AttributeType.ENUM
                && operand instanceof Operand.Text text
                && !attribute.values().contains(text.value())) {
            findings.mismatch(
                    text.position(),
                    "'" + text.value() + "' is no value of '" + attribute.name() + "', which has "
                            + String.join(", ", attribute.values()) + "."
                            + Suggestion.of(text.value(), attribute.values().stream()));
        }
        return value;
    }

    /** What a string is searched for. */
    Optional<Value> text(Operand operand) {
        return typed(ValueType.TEXT, Optional.empty(), "The text to search for", operand);
    }

    /** Two values that are compared with each other; a parameter takes the type of the other. */
    Optional<Pair> pair(Operand left, Operand right) {
        Operand typing = weight(left) >= weight(right) ? left : right;
        ValueType type = switch (typing) {
            case Operand.Tokens of -> tokens.typeOf(of);
            case Operand.Numeral _ -> ValueType.DECIMAL;
            case Operand.Truth _ -> ValueType.BOOLEAN;
            case Operand _ -> ValueType.TEXT;
        };
        Optional<EntityName> user = typing instanceof Operand.Tokens of && tokens.isCurrentUser(of)
                ? model.user().map(named -> named.entity())
                : Optional.empty();
        Optional<Value> first = typed(type, user, "The other side", left);
        Optional<Value> second = typed(type, user, "The other side", right);
        return first.flatMap(l -> second.map(r -> new Pair(l, r)));
    }

    private static int weight(Operand operand) {
        return switch (operand) {
            case Operand.Tokens _ -> 3;
            case Operand.Numeral _, Operand.Truth _ -> 2;
            case Operand.Text _ -> 1;
            case Operand _ -> 0;
        };
    }

    private Optional<Value> typed(ValueType type, Optional<EntityName> idOf, String what, Operand operand) {
        return switch (operand) {
            case Operand.Parameter parameter -> {
                findings.names(parameter.name());
                yield Optional.of(new Value.Parameter(parameter.name(), type, parameter.position()));
            }
            case Operand.Tokens of -> tokens.bind(type, idOf, what, of);
            case Operand.Text text ->
                type == ValueType.DATETIME
                        ? moment(what, text)
                        : constant(type, what, text, Coercion.fromText(type, text.value()));
            case Operand.Numeral number -> constant(type, what, number, Coercion.fromNumber(type, number.digits()));
            case Operand.Truth truth ->
                constant(type, what, truth, type == ValueType.BOOLEAN ? Optional.of(truth.value()) : Optional.empty());
            case Operand other -> constant(type, what, other, Optional.empty());
        };
    }

    private Optional<Value> constant(ValueType type, String what, Operand operand, Optional<Object> value) {
        if (value.isEmpty()) {
            findings.mismatch(operand.position(), what + " is " + describe(type) + "; " + wrong(operand) + " is not.");
        }
        return value.map(of -> new Value.Constant(type, of));
    }

    private static String wrong(Operand operand) {
        return switch (operand) {
            case Operand.Text text when text.value().length() <= 40 -> "'" + text.value() + "'";
            case Operand.Text _ -> "this string";
            case Operand.Numeral number when number.digits().length() <= 40 -> number.digits();
            case Operand.Truth truth -> truth.value() + "()";
            case Operand _ -> "this";
        };
    }

    private Optional<Value> moment(String what, Operand.Text text) {
        Optional<Value> moment = Coercion.moment(text.value());
        if (moment.isEmpty()) {
            constant(ValueType.DATETIME, what, text, Optional.empty());
        }
        return moment;
    }

    static boolean areComparable(Term left, Term right) {
        boolean usable = left.type() != ValueType.BINARY;
        return usable
                && (left.type() == right.type() || (NUMBERS.contains(left.type()) && NUMBERS.contains(right.type())));
    }

    static String typeOf(Term term) {
        return switch (term) {
            case Member.Id id -> describe(id.type());
            case Member.OfAttribute of ->
                of.attribute().type() == AttributeType.ENUM ? "an enumeration" : describe(of.type());
            case Term.Length _, Term.DatePart _ -> describe(term.type());
        };
    }

    static String describe(ValueType type) {
        return switch (type) {
            case TEXT -> "a string";
            case INT32 -> "an integer";
            case INT64 -> "a long integer";
            case DECIMAL -> "a number";
            case BOOLEAN -> "a boolean";
            case DATETIME -> "a date and time (ISO 8601, or seconds since 1970)";
            case BINARY -> "binary";
            case UUID -> "a UUID";
        };
    }
}
