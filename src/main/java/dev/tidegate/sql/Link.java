package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.xpath.Hop;

/** How the tables at both ends of a hop hang together: what is joined to the far ones, and which condition links the near one. */
record Link(String pairs, String condition) {

    static Link between(Scope near, Scope far, Hop hop, Aliases aliases) {
        boolean forward = hop.direction() == Direction.FORWARD;
        Association association = hop.association();
        return switch (association.storage()) {
            case Association.InColumn(var column) ->
                new Link(
                        "",
                        forward
                                ? far.id() + " = " + near.column(association.from(), column)
                                : far.column(association.from(), column) + " = " + near.id());
            case Association.InJoinTable(var table, var fromColumn, var toColumn) -> {
                String alias = aliases.next();
                String nearColumn = alias + "." + Quoting.identifier(forward ? fromColumn : toColumn);
                String farColumn = alias + "." + Quoting.identifier(forward ? toColumn : fromColumn);
                yield new Link(
                        " JOIN " + Quoting.table(table) + " " + alias + " ON " + farColumn + " = " + far.id(),
                        nearColumn + " = " + near.id());
            }
        };
    }

    /** The condition on the far object that it hangs on the near one whose id the expression is; for hops that are not owned there. */
    static String toId(String nearId, Scope far, Hop hop, Aliases aliases) {
        boolean forward = hop.direction() == Direction.FORWARD;
        Association association = hop.association();
        return switch (association.storage()) {
            case Association.InColumn(var column) -> {
                if (forward) {
                    throw new IllegalArgumentException("a column of the near object is not known by its id");
                }
                yield far.column(association.from(), column) + " = " + nearId;
            }
            case Association.InJoinTable(var table, var fromColumn, var toColumn) -> {
                String alias = aliases.next();
                String nearColumn = alias + "." + Quoting.identifier(forward ? fromColumn : toColumn);
                String farColumn = alias + "." + Quoting.identifier(forward ? toColumn : fromColumn);
                yield far.id() + " IN (SELECT " + farColumn + " FROM " + Quoting.table(table) + " " + alias + " WHERE "
                        + nearColumn + " = " + nearId + ")";
            }
        };
    }
}
