package dev.tidegate.xpath;

import java.util.Comparator;
import java.util.stream.Stream;

/** Finds what a misspelt name was probably meant to be. */
public final class Suggestion {
    private Suggestion() {}

    /** A sentence to append ({@code " Did you mean 'Name'?"}), or nothing when no known name is near. */
    public static String of(String wrong, Stream<String> known) {
        int near = Math.max(2, wrong.length() / 3);
        record Candidate(String name, int distance) {}
        return known.filter(name -> Math.abs(name.length() - wrong.length()) <= near
                        || bare(name).equals(wrong))
                .map(name -> new Candidate(name, bare(name).equals(wrong) ? 0 : distance(wrong, name)))
                .filter(candidate -> candidate.distance() <= near)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(candidate -> " Did you mean '" + candidate.name() + "'?")
                .orElse("");
    }

    private static String bare(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int same = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                int best = Math.min(diagonal + same, Math.min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = best;
            }
        }
        return row[right.length()];
    }
}
