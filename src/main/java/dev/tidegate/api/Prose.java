package dev.tidegate.api;

import io.quarkus.qute.RawString;
import java.util.regex.Pattern;

/** Texts of our own as HTML: escaped, with what stands between backticks as code. */
final class Prose {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private Prose() {}

    static RawString html(String text) {
        String escaped = text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
        return new RawString(CODE.matcher(escaped).replaceAll("<code>$1</code>"));
    }
}
