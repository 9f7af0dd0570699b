package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes entity tags (RFC 9110, 8.8.3); a strong tag is the version of an object between quotes. */
final class EntityTags {
    private static final Pattern TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"");
    private static final Pattern BETWEEN = Pattern.compile("[ \\t]*(?:,[ \\t]*)*");
    private static final Pattern COMMA = Pattern.compile("[ \\t]*,[ \\t,]*");

    private EntityTags() {}

    static String of(String version) {
        return '"' + version + '"';
    }

    /** The values of the header {@code If-Match}, none when it was not sent. Weak tags never match. */
    static Precondition ifMatch(List<String> header) {
        if (header.isEmpty()) {
            return new Precondition.None();
        }
        String text = String.join(",", header).strip();
        if (text.equals("*")) {
            return new Precondition.AnyVersion();
        }
        List<String> versions = new ArrayList<>();
        int tags = 0;
        int at = skip(BETWEEN, text, 0);
        while (at < text.length()) {
            Matcher tag = TAG.matcher(text).region(at, text.length());
            if (!tag.lookingAt()) {
                throw malformed();
            }
            if (tag.group(1) == null) {
                versions.add(tag.group(2));
            }
            tags++;
            at = skip(COMMA, text, tag.end());
            if (at == tag.end() && at < text.length()) {
                throw malformed();
            }
        }
        if (tags == 0) {
            throw malformed();
        }
        return new Precondition.OneOf(versions);
    }

    private static int skip(Pattern what, String text, int at) {
        Matcher matcher = what.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher.end() : at;
    }

    private static Refusal malformed() {
        return Refusal.of(
                ProblemCode.MALFORMED_REQUEST,
                "The header If-Match has to be * or a list of entity tags, such as \"42\", as ETag gave them.");
    }
}
