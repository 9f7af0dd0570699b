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

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
