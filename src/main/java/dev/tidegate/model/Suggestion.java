package dev.tidegate.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known name was probably meant by an unknown one. */
final class Suggestion {
    private static final int MAX_LENGTH = 200;

    private Suggestion() {}

    /** "Did you mean 'Name'?", else the names there are when they are few, else {@code otherwise}. */
    static String among(Collection<String> known, String given, String otherwise) {
        Optional<String> nearest = nearest(known, given);
        if (nearest.isPresent()) {
            return "Did you mean '" + nearest.get() + "'?";
        }
        return known.isEmpty() || known.size() > 12 ? otherwise : "Known here: " + String.join(", ", known) + ".";
    }

    static Optional<String> nearest(Collection<String> known, String given) {
        if (given.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String folded = given.toLowerCase(Locale.ROOT);
        int tolerance = Math.max(1, given.length() / 3);
        record Near(String name, int distance) {}
        return known.stream()
                .filter(name -> Math.abs(tail(name, given).length() - given.length()) <= tolerance)
                .map(name -> new Near(name, distance(folded, tail(name, given).toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance() <= tolerance)
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    /** A bare name is compared with the last part of qualified ones. */
    private static String tail(String name, String given) {
        return given.contains(".") ? name : name.substring(name.indexOf('.') + 1);
    }

    /** How many letters were added, left out, replaced, or swapped with their neighbour. */
    private static int distance(String left, String right) {
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, left, right, i, j);
            }
        }
        return cost[left.length()][right.length()];
    }

    private static int cheapest(int[][] cost, String left, String right, int i, int j) {
        boolean same = left.charAt(i - 1) == right.charAt(j - 1);
        int cheapest = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(cheapest, cost[i - 2][j - 2] + 1) : cheapest;
    }
}
