package dev.tidegate.upload;

import dev.tidegate.model.Model;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of one operation of a batch: for good, unless it is parked. {@code index} is its place in the batch; {@code current} is the
 * stored object of a conflict.
 */
public record OperationOutcome(int index, Outcome outcome, Optional<Problem> problem, Optional<CurrentObject> current) {

    public static OperationOutcome applied(int index) {
        return new OperationOutcome(index, Outcome.APPLIED, Optional.empty(), Optional.empty());
    }

    /** Written beside what others had changed since. */
    public static OperationOutcome merged(int index) {
        return new OperationOutcome(index, Outcome.MERGED, Optional.empty(), Optional.empty());
    }

    public static OperationOutcome rejected(int index, Problem problem) {
        return new OperationOutcome(index, Outcome.REJECTED, Optional.of(problem), Optional.empty());
    }

    public static OperationOutcome rejected(int index, ProblemCode code, String detail) {
        return rejected(index, Problem.of(code, detail));
    }

    /** For an operation that brought about a failure that does not pass, at the last attempt. */
    public static OperationOutcome givenUp(int index) {
        return rejected(
                index,
                ProblemCode.BATCH_FAILED,
                "The data store could not carry out this operation in several attempts, for a reason that is not the "
                        + "client's, and it was given up. An operator may look into it and retry it.");
    }

    public static OperationOutcome skipped(int index, Problem problem) {
        return new OperationOutcome(index, Outcome.SKIPPED, Optional.of(problem), Optional.empty());
    }

    public static OperationOutcome parked(int index, Problem problem) {
        return new OperationOutcome(index, Outcome.PARKED, Optional.of(problem), Optional.empty());
    }

    public static OperationOutcome conflict(int index, Problem problem, Optional<CurrentObject> current) {
        return new OperationOutcome(index, Outcome.CONFLICT, Optional.of(problem), current);
    }

    /** Whether it is kept under errors, whole. */
    public boolean isError() {
        return outcome == Outcome.REJECTED || outcome == Outcome.CONFLICT;
    }

    public boolean isParked() {
        return outcome == Outcome.PARKED;
    }

    /** What those who watch may know of it. */
    Observation.SettledOperation seen(BatchText batch, Model model) {
        ChangeText text = batch.operations().get(index);
        return new Observation.SettledOperation(
                index,
                switch (text.kind()) {
                    case CREATE -> Observation.WriteKind.CREATE;
                    case UPDATE -> Observation.WriteKind.UPDATE;
                    case DELETE -> Observation.WriteKind.DELETE;
                },
                model.entityNamed(text.entity()),
                text.id(),
                outcome,
                problem.map(Problem::code));
    }

    /** The outcome as JSON and the queue spell it. */
    public String key() {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
