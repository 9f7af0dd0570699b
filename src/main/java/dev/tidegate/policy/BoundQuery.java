package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.ConstraintBinder;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Operand;
import dev.tidegate.xpath.SortKey;
import dev.tidegate.xpath.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A query whose names and types fit the model; rules have not been asked. */
record BoundQuery(
        EntityName entity,
        Condition condition,
        Set<String> parameters,
        List<SortKey> sort,
        List<Expansion> expand,
        Optional<List<Shown>> asked) {

    private static final int DEEPEST_EXPANSION = 2;

    record Expansion(List<Hop> hops, int position) {}

    record Shown(String name, int position) {}

    List<Shown> shown() {
        return asked.orElse(List.of());
    }

    Optional<Set<String>> attributes() {
        return asked.map(members -> members.stream().map(Shown::name).collect(Collectors.toSet()));
    }

    /** All names at once; {@code absent} is what is wrong with the entity itself, if anything is. */
    static Result<BoundQuery> bind(Model model, EntityName entity, ParsedQuery parsed, Optional<Violation> absent) {
        List<Violation> violations = new ArrayList<>(absent.stream().toList());
        ConstraintBinder binder = new ConstraintBinder(model);
        Optional<CheckedConstraint> constraint = parsed.constraint()
                .flatMap(tree -> ParsedQuery.take(
                        binder.bind("constraint", entity, tree, parsed.text().nullParameters()), violations));
        List<SortKey> sort = new ArrayList<>();
        for (ParsedQuery.Key key : parsed.sort()) {
            ParsedQuery.take(binder.bindSort("sort", entity, key.path(), key.descending()), violations)
                    .ifPresent(sort::add);
        }
        List<Expansion> expand = new ArrayList<>();
        for (Operand path : parsed.expand()) {
            ParsedQuery.take(binder.bindPath("expand", entity, path), violations)
                    .map(hops -> expansion(hops, path.position(), violations))
                    .ifPresent(expand::add);
        }
        Optional<List<Shown>> asked = parsed.text().attributes().map(names -> shown(model, entity, names, violations));
        return violations.isEmpty()
                ? Result.ok(new BoundQuery(
                        entity,
                        constraint.map(CheckedConstraint::condition).orElse(Condition.always()),
                        constraint.map(CheckedConstraint::parameters).orElse(Set.of()),
                        sort,
                        expand,
                        asked))
                : Result.refused(violations);
    }

    private static Expansion expansion(List<Hop> hops, int position, List<Violation> violations) {
        if (hops.size() > DEEPEST_EXPANSION) {
            violations.add(Violation.in(
                    "expand",
                    position,
                    ProblemCode.LIMIT_EXCEEDED,
                    "At most " + DEEPEST_EXPANSION + " levels can be expanded; this path has " + hops.size() + "."));
        }
        return new Expansion(hops, position);
    }

    private static List<Shown> shown(Model model, EntityName entity, List<String> names, List<Violation> violations) {
        List<Shown> shown = new ArrayList<>();
        int at = 0;
        for (String name : names) {
            if (members(model, entity).noneMatch(name::equals)) {
                violations.add(Violation.in(
                        "attributes",
                        at,
                        ProblemCode.UNKNOWN_MEMBER,
                        "'" + name + "' is not part of '" + entity + "'."
                                + Suggestion.of(name, members(model, entity))));
            }
            shown.add(new Shown(name, at));
            at += name.length() + 1;
        }
        return shown;
    }

    private static Stream<String> members(Model model, EntityName entity) {
        return Stream.concat(
                model.attributes(entity).stream()
                        .map(declared -> declared.attribute().name()),
                model.ownedEnds(entity).stream()
                        .map(end -> end.association().name().toString()));
    }
}
