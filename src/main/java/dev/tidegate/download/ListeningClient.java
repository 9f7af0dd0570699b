package dev.tidegate.download;

import java.util.UUID;

/** The client that a listener listens for: a caller together with the id of a local database. */
public record ListeningClient(String caller, UUID client) {}
