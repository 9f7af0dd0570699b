package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeText;
import java.util.ArrayList;
import java.util.List;

/**
 * The late units of one part, taken from the queue under a lease: what they were sent with, and which other operations of the
 * batch are {@code rejected}.
 */
public record LatePart(
        StoreName store,
        LaneId lane,
        long position,
        BatchKey key,
        Submitter submitter,
        BatchText batch,
        List<Integer> rejected,
        List<LateUnit> units) {
    public LatePart {
        rejected = List.copyOf(rejected);
        units = List.copyOf(units);
    }

    /** The batch with those operations in place that were corrected. */
    BatchText corrected() {
        List<ChangeText> operations = new ArrayList<>(batch.operations());
        units.forEach(unit -> unit.corrected().forEach(operations::set));
        return batch.with(operations);
    }

    List<Integer> operations() {
        return units.stream()
                .flatMap(unit -> unit.operations().stream())
                .sorted()
                .distinct()
                .toList();
    }

    boolean writesFiles() {
        List<ChangeText> texts = corrected().operations();
        return operations().stream().map(texts::get).anyMatch(BatchFiles::areIn);
    }

    /** The same with some of its units. */
    LatePart with(List<LateUnit> some) {
        return new LatePart(store, lane, position, key, submitter, batch, rejected, some);
    }
}
