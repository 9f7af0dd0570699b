package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.sql.ChangeStatements.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which values of a change are kept in the rows that the object consists of, rather than in pairs or at the far side. */
final class OwnRows {
    private final Model model;

    OwnRows(Model model) {
        this.model = model;
    }

    /** By the entity whose table holds them. */
    Map<EntityName, List<Cell>> cells(List<MemberValue> members) {
        Map<EntityName, List<Cell>> cells = new TreeMap<>();
        for (MemberValue member : members) {
            switch (member) {
                case MemberValue.OfAttribute(var declared, var value) ->
                    cells.computeIfAbsent(declared.declaredIn(), _ -> new ArrayList<>())
                            .add(new Cell(
                                    declared.attribute().column(),
                                    declared.attribute().type().valueType(),
                                    value));
                case MemberValue.Reference(var end, var target) -> {
                    if (end.association().storage() instanceof Association.InColumn(var column)
                            && end.direction() == Direction.FORWARD) {
                        cells.computeIfAbsent(end.association().from(), _ -> new ArrayList<>())
                                .add(new Cell(
                                        column,
                                        model.entity(end.target())
                                                .identity()
                                                .type()
                                                .valueType(),
                                        target.orElse(null)));
                    }
                }
                case MemberValue.Targets _ -> {}
                case MemberValue.TargetsEdit _ -> {}
            }
        }
        return cells;
    }

    /** Whether all of them are. */
    static boolean holdAll(List<MemberValue> members) {
        return members.stream().allMatch(member -> switch (member) {
            case MemberValue.OfAttribute _ -> true;
            case MemberValue.Reference set ->
                set.end().association().storage() instanceof Association.InColumn
                        && set.end().direction() == Direction.FORWARD;
            case MemberValue.Targets _ -> false;
            case MemberValue.TargetsEdit _ -> false;
        });
    }
}
