package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.ContentDigest;
import java.util.HexFormat;

/**
 * A hash of a batch's content ({@link ContentDigest}); the order of operations counts. Taken after hashed strings were
 * hashed, so that nothing can be guessed from it.
 */
public record Digest(String hex) {

    static Digest of(ProfileName profile, BatchText batch) {
        ContentDigest content = new ContentDigest()
                .text(profile.value())
                .text(batch.client().toString())
                .optional(batch.after().map(BatchId::toString))
                .optional(batch.modelVersion())
                .text(batch.scope().key())
                .value(batch.atomic());
        batch.operations().forEach(content::change);
        return new Digest(HexFormat.of().formatHex(content.hash()));
    }
}
