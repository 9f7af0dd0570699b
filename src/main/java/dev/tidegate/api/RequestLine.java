package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * What a request line must be before anybody looks at where it leads: a URI of bounded length, whose path is
 * percent-encoded UTF-8 without NUL characters. (The query is read by {@link QueryString}, which names the parameter.)
 */
final class RequestLine {
    /** As many bytes it may have; Vert.x takes more and would say nothing. */
    static final int LONGEST = 32 * 1024;

    private RequestLine() {}

    /** What is wrong with it. */
    static Optional<Problem> fault(String uri) {
        if (uri.length() > LONGEST) {
            return Optional.of(Problem.of(
                    ProblemCode.TOO_LARGE,
                    "The request line is longer than " + LONGEST
                            + " bytes. Send a long query as the body of POST …/queries."));
        }
        return isPlain(uri) ? Optional.empty() : asUri(withoutQuery(uri), uri);
    }

    /** What nearly all are: nothing in it that has to be decoded or could be misplaced. */
    private static boolean isPlain(String uri) {
        if (!uri.startsWith("/") || uri.startsWith("//")) {
            return false;
        }
        for (int i = 0; i < uri.length(); i++) {
            if (!isPlain(uri.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '@' && c <= 'Z')
                || (c >= '-' && c <= '9')
                || c == '_'
                || c == '='
                || c == '&'
                || c == '?';
    }

    private static Optional<Problem> asUri(String path, String uri) {
        Optional<String> decoded = PercentEncoding.decode(path);
        if (decoded.isEmpty() || !isUri(uri)) {
            return malformed("The path and the query have to be percent-encoded UTF-8 (RFC 3986).");
        }
        return decoded.get().indexOf(0) >= 0 ? malformed("The path holds a NUL character.") : Optional.empty();
    }

    private static Optional<Problem> malformed(String detail) {
        return Optional.of(Problem.of(ProblemCode.MALFORMED_REQUEST, detail));
    }

    private static boolean isUri(String uri) {
        try {
            new URI(uri);
            return true;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static String withoutQuery(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}
