package dev.tidegate.oracle;

import dev.tidegate.problem.Result;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.ConstraintBinder;
import dev.tidegate.xpath.ConstraintParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A question on which oracle and production differ, made as small as its parts allow, with what is needed to judge it. */
final class Disagreement {
    private static final int MOST_LINES = 4;

    private final Trial trial;
    private final String name;
    private final Question question;

    Disagreement(Trial trial, String name, Question question) {
        this.trial = trial;
        this.name = name;
        this.question = question;
    }

    String describe() {
        Question small = smallest(question);
        Answer expected = trial.oracle(small).answer();
        Answer actual = trial.answer(small).await().indefinitely();
        return "\n-Doracle.case=" + name + "\n" + small + "\n  meant "
                + small.constraint().meant() + binder(small) + difference(small, expected, actual) + rules(small)
                + "\n";
    }

    private Question smallest(Question of) {
        for (Said part : of.constraint().parts()) {
            boolean bracketed = part.text().startsWith("[");
            Said alone =
                    bracketed ? part : new Said("[" + part.text() + "]", part.meant(), Said.Level.ALONE, part.parts());
            Question smaller = of.with(alone);
            if (disagree(smaller)) {
                return smallest(smaller);
            }
        }
        return of;
    }

    private boolean disagree(Question of) {
        return !trial.oracle(of).answer().equals(trial.answer(of).await().indefinitely());
    }

    /** Whether already the binder took the text otherwise than it was meant. */
    private String binder(Question of) {
        Set<String> nulls = of.given().entrySet().stream()
                .filter(entry -> entry.getValue().meant() == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Result<CheckedConstraint> bound = ConstraintParser.parse(
                        "constraint", of.constraint().text())
                .flatMap(tree ->
                        new ConstraintBinder(trial.world().model()).bind("constraint", of.entity(), tree, nulls));
        return switch (bound) {
            case Result.Refused<CheckedConstraint>(var violations) -> "\n  the binder refuses it: " + violations;
            case Result.Ok<CheckedConstraint>(var checked) -> {
                Oracle oracle = trial.oracle(of);
                boolean same = oracle.matching(checked.condition())
                        .equals(oracle.matching(of.constraint().meant()));
                yield same ? "" : "\n  the binder understands " + checked.condition();
            }
        };
    }

    private String difference(Question of, Answer expected, Answer actual) {
        if (!(expected instanceof Answer.Found(var wanted, var count))
                || !(actual instanceof Answer.Found(var got, var counted))) {
            return "\n  expected " + shortened(expected.toString()) + "\n  actual   " + shortened(actual.toString());
        }
        StringBuilder text = new StringBuilder("\n  count expected " + count + ", actual " + counted);
        List<Answer.Shown> missing =
                wanted.stream().filter(object -> !got.contains(object)).toList();
        List<Answer.Shown> surplus =
                got.stream().filter(object -> !wanted.contains(object)).toList();
        missing.stream()
                .limit(MOST_LINES)
                .forEach(object -> text.append("\n  missing ")
                        .append(shortened(object.toString()))
                        .append(thing(of, object)));
        surplus.stream()
                .limit(MOST_LINES)
                .forEach(object -> text.append("\n  surplus ")
                        .append(shortened(object.toString()))
                        .append(thing(of, object)));
        if (missing.isEmpty() && surplus.isEmpty()) {
            text.append("\n  order expected ")
                    .append(wanted.stream().map(Answer.Shown::id).toList());
            text.append("\n  order actual   ")
                    .append(got.stream().map(Answer.Shown::id).toList());
            wanted.forEach(object -> text.append("\n    ").append(shortened(object.toString())));
        }
        return text.toString();
    }

    private String thing(Question of, Answer.Shown object) {
        Optional<Thing> found = trial.world().in(of.entity()).stream()
                .filter(thing -> Answer.form(thing.id()).equals(object.id()))
                .findFirst();
        return found.map(thing -> "\n    of " + thing.tables() + " as " + thing.discriminator() + ": "
                        + shortened(thing.values().entrySet().stream()
                                .map(entry -> entry.getKey().attribute().name() + "=" + entry.getValue())
                                .toList()
                                .toString())
                        + " " + thing.references())
                .orElse("");
    }

    private String rules(Question of) {
        return trial.world().rules().stream()
                .map(World.Rule::rule)
                .filter(rule -> rule.roles().stream().anyMatch(of.caller().roles()::contains))
                .filter(rule -> trial.world().model().isKindOf(rule.entity(), of.entity()))
                .map(rule -> "\n  rule " + rule)
                .collect(Collectors.joining());
    }

    private static String shortened(String text) {
        return text.length() > 1_500 ? text.substring(0, 1_500) + "…" : text;
    }
}
