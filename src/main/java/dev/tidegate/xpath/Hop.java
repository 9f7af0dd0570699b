package dev.tidegate.xpath;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;

/**
 * One step along an association: from objects of {@code from} (the entity at hand, not the one that declares the
 * association) to objects of {@code to}. {@code position} is that of the association's name in the text.
 */
public record Hop(Association association, Direction direction, EntityName from, EntityName to, int position) {}
