package dev.tidegate.model;

import java.util.Optional;

/** The id of a hierarchy: the same column and type in the table of every entity of it. */
public record Identity(String column, IdType type, Optional<String> sequence) {}
