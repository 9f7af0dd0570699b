package dev.tidegate.upload;

import dev.tidegate.model.BatchId;

/** One batch of one caller; other callers may use the same id for theirs. */
public record BatchKey(String caller, BatchId batch) {}
