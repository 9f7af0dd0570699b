package dev.tidegate.upload;

/** A part and how it ended. */
public record Settled(Part part, Settlement settlement) {}
