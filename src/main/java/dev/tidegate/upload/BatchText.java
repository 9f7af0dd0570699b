package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.policy.ChangeText;
import java.util.List;
import java.util.Optional;

/**
 * An offline batch as it came: its envelope is whole, its operations are not judged. {@code after} names any accepted
 * batch of the same client; {@code modelVersion} is the model that the client worked with.
 */
public record BatchText(
        BatchId id,
        ClientId client,
        Optional<BatchId> after,
        Optional<String> modelVersion,
        BatchScope scope,
        boolean atomic,
        List<ChangeText> operations) {

    public BatchText {
        operations = List.copyOf(operations);
    }

    BatchText with(List<ChangeText> others) {
        return new BatchText(id, client, after, modelVersion, scope, atomic, others);
    }
}
