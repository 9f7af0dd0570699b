package dev.tidegate.observation;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a trace, as the header {@code traceparent} of W3C Trace Context names it: 32 and 16 hexadecimal digits, neither all
 * zeros. {@code recorded} says that somebody keeps what is done there.
 */
public record TraceParent(String trace, String span, boolean recorded) {
    private static final Pattern TEXT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?");
    private static final Pattern ZEROS = Pattern.compile("0+");
    private static final String INVALID_VERSION = "ff";
    private static final String VERSION = "00";

    /** Empty for what the standard does not allow; of later versions it takes what they have in common with this one. */
    public static Optional<TraceParent> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()
                || parts.group(1).equals(INVALID_VERSION)
                || (parts.group(1).equals(VERSION) && parts.group(5) != null)
                || isZero(parts.group(2))
                || isZero(parts.group(3))) {
            return Optional.empty();
        }
        boolean recorded = (Integer.parseInt(parts.group(4), 16) & 1) == 1;
        return Optional.of(new TraceParent(parts.group(2), parts.group(3), recorded));
    }

    private static boolean isZero(String digits) {
        return ZEROS.matcher(digits).matches();
    }

    /** As the header has it. */
    public String text() {
        return VERSION + "-" + trace + "-" + span + (recorded ? "-01" : "-00");
    }
}
