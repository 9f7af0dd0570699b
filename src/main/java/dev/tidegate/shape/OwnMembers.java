package dev.tidegate.shape;

import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Value;

/** Whether a condition is decided by the object's own members, so that its outcome changes only with the object's version. */
final class OwnMembers {
    private OwnMembers() {}

    static boolean decide(Condition condition) {
        return switch (condition) {
            case Condition.All(var parts) -> parts.stream().allMatch(OwnMembers::decide);
            case Condition.Any(var parts) -> parts.stream().allMatch(OwnMembers::decide);
            case Condition.Not(var inner) -> decide(inner);
            case Condition.Compare compare -> isFixed(compare.value());
            case Condition.CompareMembers compare -> isOwn(compare.left()) && isOwn(compare.right());
            case Condition.CompareValues values -> isFixed(values.left()) && isFixed(values.right());
            case Condition.TextMatch match -> isFixed(match.needle());
            case Condition.IsEmpty _, Condition.IsNotEmpty _, Condition.OfOwnEntity _ -> true;
            case Condition.Exists _ -> false;
        };
    }

    private static boolean isOwn(Reach reach) {
        return reach.legs().isEmpty();
    }

    private static boolean isFixed(Value value) {
        return switch (value) {
            case Value.Constant _, Value.Parameter _, Value.CurrentUserName _, Value.LocalMoment _ -> true;
            case Value.CurrentUser _, Value.Clock _ -> false;
        };
    }
}
