package dev.tidegate.model;

import java.util.regex.Pattern;

/** The one form of a qualified name: two identifiers of letters, digits and underscores, joined by a dot. */
final class QualifiedNames {
    private static final Pattern QUALIFIED = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*");

    private QualifiedNames() {}

    static String[] split(String text) {
        if (!QUALIFIED.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a qualified name (Module.Name)");
        }
        int dot = text.indexOf('.');
        return new String[] {text.substring(0, dot), text.substring(dot + 1)};
    }
}
