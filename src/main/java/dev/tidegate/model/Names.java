package dev.tidegate.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names a model may use, and what a name becomes in a database when the model does not say. */
final class Names {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
    private static final Pattern DATABASE = Pattern.compile("[^\\p{Cntrl}\"\\p{Cs}]+");

    /** Words of the constraint language that stand where an attribute could. */
    private static final Set<String> RESERVED = Set.of("id", "and", "or", "not", "true", "false", "empty", "NULL");

    private static final int MAX_DATABASE_BYTES = 63;

    private Names() {}

    /** Whether a text may name a module, entity, association, attribute or profile; an issue otherwise. */
    static boolean isIdentifier(String what, Placed<String> name, Issues issues) {
        if (IDENTIFIER.matcher(name.value()).matches()) {
            return true;
        }
        issues.error(
                name.at(),
                "bad-name",
                "'" + name.value() + "' cannot be the name of " + what + ".",
                "Use letters, digits and underscores, not beginning with a digit, at most 100.");
        return false;
    }

    /** Like {@link #isIdentifier}, and not a word of the constraint language. */
    static boolean isAttributeName(Placed<String> name, Issues issues) {
        if (!isIdentifier("an attribute", name, issues)) {
            return false;
        }
        if (!RESERVED.contains(name.value())) {
            return true;
        }
        issues.error(
                name.at(),
                "reserved-name",
                "'" + name.value() + "' is a word of the constraint language and cannot name an attribute.",
                "Choose another name; 'column' can keep the column's.");
        return false;
    }

    /** The name of a role or a store: like an identifier, with dots and hyphens. */
    static Optional<String> label(String what, Placed<String> name, Issues issues) {
        if (LABEL.matcher(name.value()).matches()) {
            return Optional.of(name.value());
        }
        issues.error(
                name.at(),
                "bad-name",
                "'" + name.value() + "' cannot be the name of " + what + ".",
                "Use letters, digits, underscores, dots and hyphens, beginning with a letter, at most 100.");
        return Optional.empty();
    }

    static Optional<RoleName> role(Placed<String> name, Issues issues) {
        if (name.value().equals("operator")) {
            issues.error(
                    name.at(),
                    "reserved-role",
                    "The role 'operator' is the gateway's own and cannot be used in a model.",
                    "Give the people concerned a role of their own.");
            return Optional.empty();
        }
        return label("a role", name, issues).map(RoleName::new);
    }

    /** A table, column or sequence as the database knows it, without its schema. */
    static Optional<String> database(Placed<String> name, Issues issues) {
        if (DATABASE.matcher(name.value()).matches()
                && name.value().getBytes(StandardCharsets.UTF_8).length <= MAX_DATABASE_BYTES) {
            return Optional.of(name.value());
        }
        issues.error(
                name.at(),
                "bad-database-name",
                "'" + name.value() + "' cannot be a name in a database.",
                "Use 1 to 63 bytes without quotes and control characters.");
        return Optional.empty();
    }

    /** A name that may have a schema before a dot. */
    static Optional<TableName> table(Placed<String> name, Issues issues) {
        TableName table = TableName.parse(name.value());
        boolean schemaFits = table.schema().isEmpty()
                || database(name.map(_ -> table.schema().get()), issues).isPresent();
        return schemaFits && database(name.map(_ -> table.name()), issues).isPresent()
                ? Optional.of(table)
                : Optional.empty();
    }

    /** {@code WorkOrder} becomes {@code work_order}. */
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
