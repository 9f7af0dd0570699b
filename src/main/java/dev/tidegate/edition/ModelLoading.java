package dev.tidegate.edition;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ModelText;
import dev.tidegate.policy.Rulebook;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A model file with everything that can be known about it without a database: read, checked in its structure by {@code model}
 * and in its meaning by {@code policy}. The same for start-up and for the commands.
 *
 * @param source the file's name, for messages
 * @param rulebook the model with its constraints bound, unless there is an error
 * @param issues in the order of the file
 */
public record ModelLoading(String source, Optional<Rulebook> rulebook, List<ModelIssue> issues) {
    public ModelLoading {
        issues = List.copyOf(issues);
    }

    /** Loads a file; what hinders opening it is an issue like any other. Blocks. */
    public static ModelLoading ofFile(Path file) {
        return of(ModelContent.ofFile(file));
    }

    public static ModelLoading of(ModelContent content) {
        return content.hindrance()
                .map(issue -> new ModelLoading(content.source(), Optional.empty(), List.of(issue)))
                .orElseGet(() -> ofText(content.source(), content.text()));
    }

    static ModelLoading ofText(String source, String text) {
        ModelText read = ModelReader.read(text);
        List<ModelIssue> issues = new ArrayList<>(read.issues());
        read.model().ifPresent(model -> issues.addAll(Rulebook.issues(model, read.positions())));
        issues.sort(Comparator.comparing(ModelIssue::at));
        Optional<Model> sound = read.model().filter(_ -> issues.stream().noneMatch(ModelLoading::isError));
        return new ModelLoading(source, sound.map(Rulebook::of), issues);
    }

    /** The same where more is known to be wrong with it: with an error it has no rulebook. */
    public ModelLoading with(List<ModelIssue> more) {
        List<ModelIssue> all = new ArrayList<>(issues);
        all.addAll(more);
        all.sort(Comparator.comparing(ModelIssue::at));
        return new ModelLoading(source, rulebook.filter(_ -> more.stream().noneMatch(ModelLoading::isError)), all);
    }

    /** Errors first counted, each issue as {@code file:line:column: severity code: detail} and the advice below it. */
    public String report() {
        StringBuilder report = new StringBuilder();
        for (ModelIssue issue : issues) {
            report.append("%s:%d:%d: %s %s: %s%n    %s%n"
                    .formatted(
                            source,
                            issue.at().line(),
                            issue.at().column(),
                            isError(issue) ? "error" : "warning",
                            issue.code(),
                            issue.detail(),
                            issue.advice()));
        }
        long errors = issues.stream().filter(ModelLoading::isError).count();
        return report.append(summary(errors, issues.size() - errors)).toString();
    }

    private String summary(long errors, long warnings) {
        String found = counted(errors, "error") + ", " + counted(warnings, "warning");
        return rulebook.map(rules ->
                        source + " is valid: model version " + rules.model().version() + ", " + found + ".")
                .orElse(source + " is not valid: " + found + ".");
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static boolean isError(ModelIssue issue) {
        return issue.severity() == ModelIssue.Severity.ERROR;
    }
}
