package dev.tidegate.xpath;

import java.util.List;

/**
 * One side of a comparison of members: a term of the object at hand (no legs), or of every object at the end of a path.
 * The last leg arrives at the entity that the term is of.
 */
public record Reach(List<Leg> legs, Term end) {
    public Reach {
        legs = List.copyOf(legs);
    }

    /** A term of the object at hand itself. */
    public static Reach here(Term end) {
        return new Reach(List.of(), end);
    }

    /** One step of the path, and the condition on the objects at which it arrives. */
    public record Leg(Hop hop, Condition where) {}
}
