package dev.tidegate.model;

/** Ties a caller's principal name to an object: the one of {@code entity} whose attribute {@code nameAttribute} holds it. */
public record UserEntity(EntityName entity, String nameAttribute) {}
