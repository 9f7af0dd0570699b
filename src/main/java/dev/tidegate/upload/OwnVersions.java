package dev.tidegate.upload;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one client has made of one object: each of its applied operations led from a version (none: it created the object)
 * to a version. With it a client's own earlier changes never count as somebody else's ({@code rules}: upload).
 *
 * <p>Two operations of one transaction may share a version (store-protocol 23), so the links may form loops.
 */
public final class OwnVersions {
    private final Map<String, Set<Optional<String>>> sources = new HashMap<>();

    /** One of the client's operations led from {@code before} to {@code after}. */
    public void add(Optional<String> before, String after) {
        sources.computeIfAbsent(after, _ -> new LinkedHashSet<>()).add(before);
    }

    /** Whether one of the client's operations led from {@code before} to {@code after}. */
    public boolean contains(Optional<String> before, String after) {
        return sources.getOrDefault(after, Set.of()).contains(before);
    }

    /**
     * Whether nobody but this client has touched the object between {@code base} and {@code stored}; without a base,
     * whether nobody else ever has.
     */
    public boolean leadsTo(String stored, Optional<String> base) {
        if (base.isPresent() && base.get().equals(stored)) {
            return true;
        }
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(stored));
        while (!open.isEmpty()) {
            String version = open.pop();
            if (!seen.add(version)) {
                continue;
            }
            Set<Optional<String>> before = sources.getOrDefault(version, Set.of());
            if (before.contains(base)) {
                return true;
            }
            before.forEach(earlier -> earlier.ifPresent(open::push));
        }
        return false;
    }
}
