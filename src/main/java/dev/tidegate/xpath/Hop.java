package dev.tidegate.xpath;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;

/**
 * One step along an association: from objects of {@code from} (the entity at hand, not the one that declares the
 * association) to objects of {@code to}. {@code position} is that of the association's name in the text.
 */
public record Hop(Association association, Direction direction, EntityName from, EntityName to, int position) {

    /** Whether it leads to one object at most. */
    public boolean isSingle() {
        return association.kind() == Association.Kind.REFERENCE
                && (direction == Direction.FORWARD || association.bothOwn());
    }

    /** Whether the association is a member of the object that the hop begins at, rather than of where it arrives. */
    public boolean isOwnedHere() {
        return direction == Direction.FORWARD || (association.bothOwn() && !association.isSelf());
    }
}
