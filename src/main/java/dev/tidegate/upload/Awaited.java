package dev.tidegate.upload;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What late units wait for, as far as this process has tried them: so that they are tried again at once when that comes, and
 * not only when their pause is over. It saves time, and nothing relies on it: what is too much is forgotten.
 */
final class Awaited {
    private final int most;
    private final Map<ObjectKey, Set<LatePlace>> waiting = new HashMap<>();
    private final Map<LatePlace, Set<ObjectKey>> wanted = new HashMap<>();
    private final Set<LatePlace> called = new HashSet<>();

    /** @param most how many units it knows of at most */
    Awaited(int most) {
        this.most = most;
    }

    /** From now on the unit is called by any of these objects; before it is tried, so that nothing is missed. */
    synchronized void expect(LatePlace unit, Set<ObjectKey> objects) {
        forget(unit);
        if (wanted.size() >= most) {
            waiting.clear();
            wanted.clear();
            called.clear();
        }
        wanted.put(unit, objects);
        objects.forEach(
                object -> waiting.computeIfAbsent(object, _ -> new HashSet<>()).add(unit));
    }

    synchronized void forget(LatePlace unit) {
        called.remove(unit);
        Set<ObjectKey> objects = wanted.remove(unit);
        if (objects != null) {
            objects.forEach(object -> waiting.computeIfPresent(object, (_, units) -> {
                units.remove(unit);
                return units.isEmpty() ? null : units;
            }));
        }
    }

    /** Something has happened to these objects: the units that wait for it. */
    synchronized Set<LatePlace> call(Collection<ObjectKey> objects) {
        if (waiting.isEmpty()) {
            return Set.of();
        }
        Set<LatePlace> units = objects.stream()
                .flatMap(object -> waiting.getOrDefault(object, Set.of()).stream())
                .collect(Collectors.toSet());
        called.addAll(units);
        return units;
    }

    /** Those of the units that were called since they were last expected. */
    synchronized List<LatePlace> called(Collection<LatePlace> units) {
        return units.stream().filter(called::contains).toList();
    }
}
