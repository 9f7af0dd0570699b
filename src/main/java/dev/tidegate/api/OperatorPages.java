package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where pages of the operator's lists go on: behind a number or a key, which stay what they are whatever comes and goes. */
final class OperatorPages {
    private static final Pattern PLACE = Pattern.compile("[0-9]{1,18}");
    private static final Pattern KEY =
            Pattern.compile("([0-9a-f-]{36})[.]((?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?)");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private OperatorPages() {}

    /** A caller's name and an id, by which lists of all callers are ordered. */
    record Key(String caller, UUID id) {
        @Override
        public String toString() {
            return id + "." + BASE64.encodeToString(caller.getBytes(StandardCharsets.UTF_8));
        }
    }

    static Optional<Key> afterKey(QueryString query) {
        Optional<String> text = query.text("after");
        Optional<Key> key = text.flatMap(OperatorPages::key);
        if (text.isPresent() && key.isEmpty()) {
            wrong(query);
        }
        return key;
    }

    private static Optional<Key> key(String text) {
        Matcher matcher = KEY.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String caller = new String(Base64.getUrlDecoder().decode(matcher.group(2)), StandardCharsets.UTF_8);
        return caller.indexOf(0) >= 0
                ? Optional.empty()
                : Texts.uuid(matcher.group(1)).map(id -> new Key(caller, id));
    }

    static long after(QueryString query) {
        return query.text("after")
                .map(text -> {
                    if (PLACE.matcher(text).matches()) {
                        return Long.parseLong(text);
                    }
                    wrong(query);
                    return 0L;
                })
                .orElse(0L);
    }

    private static void wrong(QueryString query) {
        query.violations()
                .in("after", ProblemCode.INVALID_CURSOR, "Parameter 'after' has to be the 'next' of the page before.");
    }
}
