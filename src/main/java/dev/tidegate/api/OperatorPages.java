package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import java.util.regex.Pattern;

/** Where pages of the operator's lists go on: behind a number, which stays what it is whatever comes and goes. */
final class OperatorPages {
    private static final Pattern PLACE = Pattern.compile("[0-9]{1,18}");

    private OperatorPages() {}

    static long after(QueryString query) {
        return query.text("after")
                .map(text -> {
                    if (PLACE.matcher(text).matches()) {
                        return Long.parseLong(text);
                    }
                    query.violations()
                            .in(
                                    "after",
                                    ProblemCode.INVALID_CURSOR,
                                    "Parameter 'after' has to be the 'next' of the page before.");
                    return 0L;
                })
                .orElse(0L);
    }
}
