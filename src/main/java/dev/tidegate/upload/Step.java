package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.policy.Grant;
import java.util.List;
import java.util.Optional;

/**
 * One operation of a part, as it goes to the store. {@code entity} and {@code id} are as the client spelt them;
 * {@code pointer} is its place in the batch's body.
 */
public record Step(int index, String entity, Optional<String> id, String pointer, Todo todo) {

    public sealed interface Todo {}

    /** It is decided already, whatever the store holds; only its outcome is kept there. */
    public record Keep(OperationOutcome outcome) implements Todo {}

    /** To be judged on the stored object and written. {@code grants} are the caller's on the object's own entity. */
    public record Write(Change change, ConflictPolicy policy, List<Grant> grants) implements Todo {
        public Write {
            grants = List.copyOf(grants);
        }
    }

    /** It is known to be parked with this outcome; what it would write is kept in mind. */
    public record Wait(Write write, OperationOutcome outcome) implements Todo {}

    public Step keep(OperationOutcome outcome) {
        return with(new Keep(outcome));
    }

    /** The same with what is known to have become of it; while it is parked, what it would write is kept in mind. */
    public Step known(OperationOutcome outcome) {
        return outcome.isParked() && todo instanceof Write write ? with(new Wait(write, outcome)) : keep(outcome);
    }

    public Step with(Todo other) {
        return new Step(index, entity, id, pointer, other);
    }

    /** What it would do to an object, unless that is known to be nothing. */
    public Optional<Change> change() {
        return switch (todo) {
            case Keep _ -> Optional.empty();
            case Write write -> Optional.of(write.change());
            case Wait wait -> Optional.of(wait.write().change());
        };
    }
}
