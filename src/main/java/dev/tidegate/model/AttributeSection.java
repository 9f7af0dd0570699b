package dev.tidegate.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one attribute. A wrong part becomes an issue and is left out, so that the name at least is known. */
final class AttributeSection {
    private static final int MAX_LENGTH = 10 * 1024 * 1024;

    private final Section section;
    private final String name;
    private final AttributeType type;

    private AttributeSection(Section section, String name, AttributeType type) {
        this.section = section;
        this.name = name;
        this.type = type;
    }

    /** The attribute, and where its column is named (or it itself, when the column's name is the default). */
    static Optional<Placed<Attribute>> read(String entity, Yaml.Entry entry, Issues issues) {
        if (!Names.isAttributeName(new Placed<>(entry.key(), entry.at()), issues)) {
            return Optional.empty();
        }
        String what = "attribute '" + entry.key() + "' of '" + entity + "'";
        return Section.of(what, entry.at(), entry.value(), issues).map(section -> {
            section.allow("type", "column", "length", "required", "values", "default");
            AttributeType type = section.require("type", "Add 'type: string' or another type.")
                    ? section.choice("type", AttributeType.values(), AttributeType::key, "unknown-type")
                            .map(Placed::value)
                            .orElse(AttributeType.STRING)
                    : AttributeType.STRING;
            boolean typeIsKnown = section.text("type").isPresent();
            return new AttributeSection(section, entry.key(), type).attribute(typeIsKnown);
        });
    }

    private Placed<Attribute> attribute(boolean typeIsKnown) {
        Optional<String> column = section.text("column").flatMap(given -> Names.database(given, section.issues()));
        boolean required = section.flag("required").map(Placed::value).orElse(type == AttributeType.BOOLEAN);
        OptionalInt length = section.whole("length", 1, MAX_LENGTH)
                .map(given -> OptionalInt.of(given.value().intValue()))
                .orElse(OptionalInt.empty());
        List<String> values = section.texts("values").stream()
                .map(Placed::value)
                .filter(v -> !v.isEmpty())
                .toList();
        if (typeIsKnown) {
            checkKeys(values);
        }
        Optional<Object> defaultValue = section.scalar("default").flatMap(given -> defaultValue(given, length, values));
        Attribute attribute = new Attribute(
                name,
                type,
                column.orElse(Names.snakeCase(name)),
                length,
                required,
                values,
                defaultValue.or(this::ofBoolean));
        return new Placed<>(attribute, section.placeOf("column"));
    }

    /** Booleans are never empty ({@code xpath.md}): without a default they begin as false. */
    private Optional<Object> ofBoolean() {
        return type == AttributeType.BOOLEAN ? Optional.of(false) : Optional.empty();
    }

    private void checkKeys(List<String> values) {
        if (type != AttributeType.STRING && type != AttributeType.HASHED_STRING) {
            section.forbid("is only for strings", "length");
        }
        if (type == AttributeType.ENUM) {
            if (section.require("values", "Add 'values: [First, Second]'.") && values.isEmpty()) {
                section.issues()
                        .error(
                                section.placeOf("values"),
                                "missing-values",
                                section.what() + " has no values.",
                                "List at least one value.");
            }
        } else {
            section.forbid("is only for enumerations", "values");
        }
        if (type == AttributeType.AUTONUMBER) {
            section.forbid("is not for autonumbers: the store gives them", "default", "required");
        }
        if (type == AttributeType.HASHED_STRING || type == AttributeType.BINARY) {
            section.forbid("is not for the type '" + type.key() + "'", "default");
        }
    }

    private Optional<Object> defaultValue(Yaml.Scalar given, OptionalInt length, List<String> values) {
        Optional<Object> value = fits(given) ? type.valueType().read(given.text()) : Optional.empty();
        boolean known = type != AttributeType.ENUM || values.isEmpty() || values.contains(given.text());
        boolean shortEnough =
                length.isEmpty() || !(value.orElse("") instanceof String text) || text.length() <= length.getAsInt();
        if (value.isPresent() && known && shortEnough) {
            return value;
        }
        section.issues()
                .error(
                        given.at(),
                        "unreadable-default",
                        "The default of " + section.what() + " must be " + (known ? shape(length) : "one of its values")
                                + ", not " + given.describe() + ".",
                        known
                                ? "Write a value of that type."
                                : Suggestion.among(values, given.text(), "Write one of them."));
        return Optional.empty();
    }

    private boolean fits(Yaml.Scalar given) {
        return switch (type) {
            case BOOLEAN -> given.kind() == Yaml.Scalar.Kind.BOOLEAN;
            case INTEGER, LONG, DECIMAL, AUTONUMBER ->
                given.kind() != Yaml.Scalar.Kind.BOOLEAN && given.kind() != Yaml.Scalar.Kind.OTHER;
            case STRING, ENUM, DATETIME, BINARY, HASHED_STRING -> given.kind() == Yaml.Scalar.Kind.TEXT;
        };
    }

    private String shape(OptionalInt length) {
        return switch (type) {
            case STRING, HASHED_STRING ->
                length.isPresent() ? "a text of at most " + length.getAsInt() + " characters" : "a text";
            case INTEGER -> "a whole number of 32 bits";
            case LONG, AUTONUMBER -> "a whole number of 64 bits";
            case DECIMAL -> "a decimal number in plain digits";
            case BOOLEAN -> "true or false";
            case DATETIME -> "an RFC 3339 date and time like '2026-11-20T08:15:00Z'";
            case ENUM -> "one of its values, as a text";
            case BINARY -> "base64";
        };
    }
}
