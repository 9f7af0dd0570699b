package dev.tidegate.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Unmodifiable copies that keep the model's order ({@code Map.copyOf} does not), so that equal models read the same. */
final class Ordered {
    private Ordered() {}

    static <K, V> Map<K, V> map(Map<K, V> source) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(source));
    }

    static <E> Set<E> set(Collection<E> source) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(source));
    }
}
