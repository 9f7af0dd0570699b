package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.OperationOutcome;
import java.util.Optional;

/** An operation that was judged fine, on the version {@code before} of its object; {@code merged} with what others did to it. */
record Fine(ApplyUnit.Single unit, Change change, Optional<String> before, boolean merged) {

    /** What it comes to once it is written. */
    OperationOutcome written() {
        int index = unit.step().index();
        return merged ? OperationOutcome.merged(index) : OperationOutcome.applied(index);
    }
}
