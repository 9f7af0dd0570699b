package dev.tidegate.connectivity;

/**
 * What calls to a store meet. {@code CLOSED}: they go through. {@code OPEN}: they are refused at once. {@code HALF_OPEN}: one
 * goes through and tells whether it closes again; the others are refused meanwhile.
 */
public enum Circuit {
    CLOSED,
    OPEN,
    HALF_OPEN
}
