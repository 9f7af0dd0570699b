package dev.tidegate.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an expression of PromQL asks for: its series, with the labels that they are chosen by, and the labels it groups by. */
record PromQl(List<Selector> selectors, Set<String> grouping) {
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{([^}]*)\\})?\\s*(\\[[^\\]]*\\])?\\s*(\\()?");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_]+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring");

    /** {@code equal}: labels that have to have this value; {@code others}: labels that are compared otherwise. */
    record Selector(String metric, Map<String, String> equal, Set<String> others) {}

    static PromQl of(String expression) {
        Set<String> grouping = new TreeSet<>();
        Matcher groups = GROUPING.matcher(expression);
        String plain = groups.replaceAll(group -> {
            grouping.addAll(List.of(group.group(2).trim().split("\\s*,\\s*")));
            return " ";
        });
        List<Selector> selectors = new ArrayList<>();
        NAME.matcher(plain.replaceAll("\\b[0-9][0-9.a-z]*", " "))
                .results()
                .filter(name -> name.group(5) == null && !WORDS.contains(name.group(1)))
                .forEach(name -> selectors.add(selector(name)));
        return new PromQl(selectors, grouping);
    }

    private static Selector selector(MatchResult name) {
        Map<String, String> equal = new TreeMap<>();
        Set<String> others = new TreeSet<>();
        if (name.group(3) != null) {
            MATCHER.matcher(name.group(3)).results().forEach(matcher -> {
                if (matcher.group(2).equals("=") && !matcher.group(3).contains("$")) {
                    equal.put(matcher.group(1), matcher.group(3));
                } else {
                    others.add(matcher.group(1));
                }
            });
        }
        return new Selector(name.group(1), equal, others);
    }

    /** A line of what is scraped: {@code name{label="value",…} 1.0}; empty for a comment. */
    static Map<String, String> labels(String line) {
        Map<String, String> labels = new LinkedHashMap<>();
        MATCHER.matcher(line).results().forEach(matcher -> labels.put(matcher.group(1), matcher.group(3)));
        return labels;
    }
}
