package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a store's registry says of its change logs: which there are, under which number each logged table writes, and which bit stands for a
 * member of it. An old value is kept in the column of its number and bit.
 *
 * @param numbers by {@link LoggedTable#source()}
 * @param bits by number, then by the member's name
 */
public record LogBook(Set<String> logs, Map<String, Integer> numbers, Map<Integer, Map<String, Integer>> bits) {
    public LogBook {
        logs = Set.copyOf(logs);
        numbers = Map.copyOf(numbers);
        bits = Map.copyOf(bits);
    }

    boolean has(String log) {
        return logs.contains(log);
    }

    /** The number of an entity's table. */
    Optional<Integer> number(EntityName entity) {
        return Optional.ofNullable(numbers.get(LoggedTable.sourceOf(entity)));
    }

    Optional<Integer> bit(int number, String member) {
        return Optional.ofNullable(bits.getOrDefault(number, Map.of()).get(member));
    }
}
