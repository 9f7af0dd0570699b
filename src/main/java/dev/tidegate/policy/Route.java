package dev.tidegate.policy;

/** How a change comes in: in an offline batch, or as a live write. */
public enum Route {
    BATCH,
    LIVE
}
