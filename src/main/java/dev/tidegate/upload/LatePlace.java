package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;

/** The name of a late unit: where its first operation stands, and which application of that it is. */
public record LatePlace(StoreName store, LaneId lane, long position, int operation, int revision) {}
