package dev.tidegate.policy;

/** Where a query runs: live on the server, or on the device against the offline database (design-time checks only). */
public enum Site {
    SERVER,
    DEVICE
}
