package dev.tidegate.policy;

import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Constraint;
import dev.tidegate.xpath.ConstraintParser;
import dev.tidegate.xpath.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A query whose texts are trees; names are not looked at yet. Positions in lists are as if joined by commas. */
record ParsedQuery(QueryText text, Optional<Constraint> constraint, List<Key> sort, List<Operand> expand) {

    record Key(Operand path, boolean descending) {}

    static Result<ParsedQuery> parse(QueryText text) {
        List<Violation> violations = new ArrayList<>();
        Optional<Constraint> constraint =
                text.constraint().flatMap(of -> take(ConstraintParser.parse("constraint", of), violations));
        List<Key> sort = new ArrayList<>();
        for (SortText key : text.sort()) {
            take(ConstraintParser.parsePath("sort", key.position(), key.path()), violations)
                    .ifPresent(path -> sort.add(new Key(path, key.descending())));
        }
        List<Operand> expand = new ArrayList<>();
        int at = 0;
        for (String path : text.expand()) {
            take(ConstraintParser.parsePath("expand", at, path), violations).ifPresent(expand::add);
            at += path.length() + 1;
        }
        return violations.isEmpty()
                ? Result.ok(new ParsedQuery(text, constraint, sort, expand))
                : Result.refused(violations);
    }

    static <T> Optional<T> take(Result<T> result, List<Violation> violations) {
        return switch (result) {
            case Result.Ok<T>(T value) -> Optional.of(value);
            case Result.Refused<T>(var refused) -> {
                violations.addAll(refused);
                yield Optional.empty();
            }
        };
    }
}
