package dev.tidegate.api;

import dev.tidegate.policy.SortText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code sort}: {@code Name asc,M.A_B/M.B/Rank desc}. Whether the paths lead anywhere is judged later. */
final class SortTexts {
    static final int MOST_KEYS = 16;

    private SortTexts() {}

    static List<SortText> parse(String text) {
        List<SortText> keys = new ArrayList<>();
        List<Violation> violations = new ArrayList<>();
        int start = 0;
        for (String part : text.split(",", -1)) {
            int lead = part.length() - part.stripLeading().length();
            String[] words = part.strip().split("\\s+", -1);
            boolean descending = words.length == 2 && words[1].equals("desc");
            if (words[0].isEmpty()
                    || words.length > 2
                    || (words.length == 2 && !descending && !words[1].equals("asc"))) {
                violations.add(Violation.in(
                        "sort",
                        start + lead,
                        ProblemCode.MALFORMED_REQUEST,
                        "A sort key reads 'Name', 'Name asc' or 'Name desc'; several are separated by commas."));
            }
            keys.add(new SortText(words[0], descending, start + lead));
            start += part.length() + 1;
        }
        if (keys.size() > MOST_KEYS) {
            violations.add(
                    Violation.in("sort", 0, ProblemCode.LIMIT_EXCEEDED, "sort takes at most " + MOST_KEYS + " keys."));
        }
        if (!violations.isEmpty()) {
            throw Refusal.of(violations);
        }
        return keys;
    }
}
