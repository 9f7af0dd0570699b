package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.Precondition;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    /** Whether the caller says ({@code If-None-Match}) that it has what the tag stands for; compared weakly, as that header is. */
    static boolean isKnown(Call call, String tag) {
        return isKnown(call.request(), tag);
    }

    static boolean isKnown(HttpServerRequest request, String tag) {
        return Optional.ofNullable(request.getHeader(HttpHeaders.IF_NONE_MATCH)).stream()
                .flatMap(known -> Arrays.stream(known.split(",", -1)))
                .map(String::strip)
                .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                .anyMatch(one -> one.equals("*") || one.equals(tag));
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
