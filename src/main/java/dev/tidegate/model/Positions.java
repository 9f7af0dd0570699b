package dev.tidegate.model;

/** Where the parts of a model stand in its file, for checks that come after reading. */
public interface Positions {

    Position ofEntity(EntityName entity);

    Position ofAssociation(AssociationName association);

    /** The constraint of the rule at {@code index} of {@link Model#accessRules()}, or the rule when it has none. */
    Position ofAccessRule(int index);

    /** The entry of an entity in a profile's {@code sync}. */
    Position ofSync(ProfileName profile, EntityName entity);
}
