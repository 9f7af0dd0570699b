package dev.tidegate.upload;

import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeText;
import java.util.Optional;

/** An operation to be tried again in this store: as it was tried last, or as {@code corrected} says. */
public record Retry(ErrorId error, StoreName store, Optional<ChangeText> corrected) {}
