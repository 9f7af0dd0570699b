package dev.tidegate.model;

/** An attribute together with the entity that declares it, and so the table that holds it. */
public record DeclaredAttribute(EntityName declaredIn, Attribute attribute) {}
