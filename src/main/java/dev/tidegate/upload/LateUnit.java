package dev.tidegate.upload;

import dev.tidegate.policy.ChangeText;
import java.util.List;
import java.util.Map;

/**
 * Operations of one part that are applied after its turn, together: nearly always a single one, all of an atomic part.
 * {@code corrected} are those, by index, that are applied in another form than they were sent in. {@code attempts} counts
 * those that failed for a reason of its own.
 */
public record LateUnit(
        LatePlace place,
        List<Integer> operations,
        Map<Integer, ChangeText> corrected,
        boolean patient,
        boolean foremost,
        int attempts) {
    public LateUnit {
        operations = List.copyOf(operations);
        corrected = Map.copyOf(corrected);
    }

    Claim.Attempt attempt() {
        return new Claim.Attempt(place.revision(), patient, foremost);
    }
}
