package dev.tidegate.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The paces of one store's statements, by their texts. Bounded: when there are very many, all are learned anew. */
final class Paces {
    private static final int MOST = 2_000;

    private final Map<String, Pace> paces = new ConcurrentHashMap<>();

    Pace of(String text) {
        Pace known = paces.get(text);
        if (known != null) {
            return known;
        }
        if (paces.size() >= MOST) {
            paces.clear();
        }
        return paces.computeIfAbsent(text, _ -> new Pace());
    }
}
