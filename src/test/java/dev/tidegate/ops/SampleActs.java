package dev.tidegate.ops;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Acts as they are seen when somebody works with the demo. */
final class SampleActs {
    static final UUID CLIENT = UUID.fromString("c0000000-0000-4000-8000-000000000001");
    static final UUID BATCH = UUID.fromString("b0000000-0000-4000-8000-000000000001");
    static final EntityName WORK_ORDER = EntityName.parse("FieldService.WorkOrder");

    private static final Observation.Author ADA =
            new Observation.Author("ada", new ProfileName("NativeMobile"), Optional.of("r-1"));
    private static final Observation.Sender SENDER =
            new Observation.Sender(ADA, new ClientId(CLIENT), new BatchId(BATCH));

    private SampleActs() {}

    static Observation.WriteServed created(String id) {
        return new Observation.WriteServed(
                ADA, WORK_ORDER, id, Observation.WriteKind.CREATE, false, Duration.ofMillis(7));
    }

    static Observation.BatchAccepted accepted() {
        return new Observation.BatchAccepted(SENDER, 7, false);
    }

    static Observation.OperationsSettled settled(List<Observation.SettledOperation> operations) {
        return new Observation.OperationsSettled(SENDER, new StoreName("field"), operations);
    }

    static Observation.ModelRead refusedModel() {
        return new Observation.ModelRead(
                Observation.ModelOutcome.REFUSED,
                Optional.of("otto"),
                "0123456789abcdef",
                "model.yaml:7:3: error unknown-key: what is wrong");
    }

    static Observation.OperationsSettled denied() {
        return settled(List.of(new Observation.SettledOperation(
                0,
                Observation.WriteKind.UPDATE,
                Optional.of(WORK_ORDER),
                Optional.of("w1"),
                Observation.Outcome.REJECTED,
                Optional.of(ProblemCode.ACCESS_DENIED))));
    }
}
