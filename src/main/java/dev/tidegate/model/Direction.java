package dev.tidegate.model;

/** Which way an association is walked: from its owner ({@code from}) to its target, or back. */
public enum Direction {
    FORWARD,
    BACKWARD
}
