package dev.tidegate.model;

/** One end of an association, seen from an object that owns it: forward from {@code from}, backward from {@code to}. */
public record OwnedEnd(Association association, Direction direction) {

    /** The entity at this end. */
    public EntityName source() {
        return opposite().target();
    }

    /** The same association, seen from the other end. */
    public OwnedEnd opposite() {
        return new OwnedEnd(association, direction == Direction.FORWARD ? Direction.BACKWARD : Direction.FORWARD);
    }

    /** The entity at the other end. */
    public EntityName target() {
        return direction == Direction.FORWARD ? association.to() : association.from();
    }

    /** Whether the end holds one object or many; seen from {@code to}, a reference kept by both ends is one-to-one. */
    public boolean isSet() {
        return association.kind() == Association.Kind.REFERENCE_SET;
    }
}
