package dev.tidegate.model;

/** Stands for the id of an object that is to be created, until the store draws one from the sequence of its {@link Identity}. */
public record DrawnId() {}
