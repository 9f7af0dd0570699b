package dev.tidegate.policy;

import dev.tidegate.model.Mode;
import dev.tidegate.xpath.Condition;
import java.util.List;
import java.util.Optional;

/** How a pull finds what changed of an entity, and why that way: for developers of clients, so nothing of the rules themselves is said. */
record DeltaPlan(Manifest.Delta plan, String reason) {

    /** {@code conditions}: the entity's constraint and those of the caller's rules. */
    static DeltaPlan of(Optional<Mode> mode, List<Condition> conditions) {
        boolean downloaded =
                mode.filter(one -> one == Mode.ALL || one == Mode.BY_XPATH).isPresent();
        if (!downloaded) {
            return new DeltaPlan(
                    Manifest.Delta.NONE,
                    mode.map(one -> "A full sync does not download what is '" + one.key() + "'.")
                            .orElse("Nothing is downloaded in a profile of kind 'web'."));
        }
        List<ConditionUses> uses = conditions.stream().map(ConditionUses::of).toList();
        if (uses.stream().anyMatch(ConditionUses::clock)) {
            return new DeltaPlan(
                    Manifest.Delta.COMPARE,
                    "The constraint or the caller's rules read the clock: what they said then is compared with what they say now.");
        }
        return new DeltaPlan(
                Manifest.Delta.LOG,
                uses.stream().allMatch(one -> one.hops().isEmpty())
                        ? "The changes of its own objects tell."
                        : "The changes of its own objects tell, and those of objects that the constraint or the caller's rules lead to.");
    }
}
