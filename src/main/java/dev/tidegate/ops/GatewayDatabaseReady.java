package dev.tidegate.ops;

/**
 * Fired once, when the gateway's own database is reachable and at the schema of this build: at start, or later when it was
 * away then. Whatever works on that database begins by observing it.
 */
public record GatewayDatabaseReady() {}
