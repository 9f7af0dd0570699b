package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;

/**
 * Tells the reads that look at one object by its id and, for whatever they ask of it, at one row of each table by its key:
 * no data makes such a read long.
 */
final class PointReads {
    private PointReads() {}

    static boolean isOne(Select select) {
        return select.window() instanceof Select.Window.Whole
                && isOfOneId(select.where())
                && isByKeys(select.where())
                && select.flags().stream().allMatch(PointReads::isByKeys)
                && select.outputs().stream().allMatch(PointReads::isByKeys)
                && select.order().isEmpty();
    }

    private static boolean isOfOneId(Condition where) {
        return switch (where) {
            case Condition.All(var of) -> of.stream().anyMatch(PointReads::isOfOneId);
            case Condition.Compare(Member.Id _, Condition.Comparator comparator, var _) ->
                comparator == Condition.Comparator.EQUAL;
            default -> false;
        };
    }

    private static boolean isByKeys(Condition condition) {
        return switch (condition) {
            case Condition.All(var of) -> of.stream().allMatch(PointReads::isByKeys);
            case Condition.Any(var of) -> of.stream().allMatch(PointReads::isByKeys);
            case Condition.Not(var of) -> isByKeys(of);
            case Condition.Exists(var hop, var where) -> isByKey(hop) && isByKeys(where);
            case Condition.CompareMembers(var left, var _, var right) ->
                left.legs().isEmpty() && right.legs().isEmpty();
            case Condition.Compare _,
                    Condition.CompareValues _,
                    Condition.IsEmpty _,
                    Condition.IsNotEmpty _,
                    Condition.TextMatch _,
                    Condition.OfOwnEntity _ -> true;
        };
    }

    private static boolean isByKeys(Select.Output output) {
        return switch (output) {
            case Select.Output.OfEnd(OwnedEnd end) -> isByKey(end.association(), end.direction());
            case Select.Output.Count _ -> false;
            case Select.Output.Id _,
                    Select.Output.OwnEntity _,
                    Select.Output.Version _,
                    Select.Output.OfAttribute _,
                    Select.Output.OfKey _ -> true;
        };
    }

    private static boolean isByKey(Hop hop) {
        return isByKey(hop.association(), hop.direction());
    }

    private static boolean isByKey(Association association, Direction direction) {
        return direction == Direction.FORWARD && association.storage() instanceof Association.InColumn;
    }
}
