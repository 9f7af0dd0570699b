package dev.tidegate.upload;

/** How much may be kept of one caller, and whether there is room for anything new at all. */
public record FileRoom(long ofCaller, boolean full) {}
