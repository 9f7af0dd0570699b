package dev.tidegate.policy;

import java.util.List;

/** The object that a change is about, as the store holds it under the lock. */
public sealed interface StoredState {
    record Absent() implements StoredState {}

    /** Its own entity is another than the change says. */
    record OfAnotherEntity() implements StoredState {}

    /** {@code holds} says for each grant of the change whether its condition holds. */
    record Present(String version, List<Boolean> holds) implements StoredState {
        public Present {
            holds = List.copyOf(holds);
        }

        public boolean[] flags() {
            boolean[] flags = new boolean[holds.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = holds.get(i);
            }
            return flags;
        }
    }
}
