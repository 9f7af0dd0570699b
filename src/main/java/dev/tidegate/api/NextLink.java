package dev.tidegate.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The header {@code Link} of a page (RFC 8288): the same request, after the cursor. */
final class NextLink {
    /** In characters: many clients and proxies take headers of 8 KiB in all. */
    private static final int LONGEST = 6_000;

    private NextLink() {}

    /** {@code uri} is the request's, raw. Empty when it became too long for a header: the cursor is in the answer anyway. */
    static Optional<String> of(String uri, String cursor) {
        int mark = uri.indexOf('?');
        List<String> query = new ArrayList<>();
        if (mark >= 0) {
            for (String pair : uri.substring(mark + 1).split("&", -1)) {
                if (!pair.isEmpty() && !isPlace(pair)) {
                    query.add(pair);
                }
            }
        }
        query.add("after=" + cursor);
        String path = mark < 0 ? uri : uri.substring(0, mark);
        String link = "<" + quoted(path + "?" + String.join("&", query)) + ">; rel=\"next\"";
        return link.length() > LONGEST ? Optional.empty() : Optional.of(link);
    }

    private static boolean isPlace(String pair) {
        int equals = pair.indexOf('=');
        return PercentEncoding.decodeForm(equals < 0 ? pair : pair.substring(0, equals))
                .filter(name -> name.equals("after") || name.equals("offset"))
                .isPresent();
    }

    /** A raw URI may hold what would end the reference. */
    private static String quoted(String uri) {
        return uri.replace("<", "%3C").replace(">", "%3E").replace("\"", "%22");
    }
}
