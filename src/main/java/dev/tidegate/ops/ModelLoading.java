package dev.tidegate.ops;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ModelText;
import dev.tidegate.model.Position;
import dev.tidegate.policy.Rulebook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    private static final Position START = new Position(1, 1);

    /** The reader's limit on the text; larger files are not even opened. */
    private static final long MAX_BYTES = 4L * 1024 * 1024;

    public ModelLoading {
        issues = List.copyOf(issues);
    }

    /** Loads a file; what hinders opening it is an issue like any other. */
    public static ModelLoading ofFile(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                return unreadable(file, "is larger than 4 MiB", "Is this the model file?");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return ofText(file.toString(), text);
        } catch (CharacterCodingException notText) {
            return unreadable(file, "is not UTF-8 text", "Save it as UTF-8.");
        } catch (NoSuchFileException missing) {
            return unreadable(file, "does not exist", "Check the path; it is relative to the working directory.");
        } catch (IOException broken) {
            return unreadable(
                    file,
                    Files.isDirectory(file) ? "is a directory" : "cannot be read",
                    "Name a file that this user may read.");
        }
    }

    /** The built-in demo. */
    public static ModelLoading ofDemo() {
        return ofText(Demo.NAME, Demo.model());
    }

    static ModelLoading ofText(String source, String text) {
        ModelText read = ModelReader.read(text);
        List<ModelIssue> issues = new ArrayList<>(read.issues());
        read.model().ifPresent(model -> issues.addAll(Rulebook.issues(model, read.positions())));
        issues.sort(Comparator.comparing(ModelIssue::at));
        Optional<Model> sound = read.model().filter(_ -> issues.stream().noneMatch(ModelLoading::isError));
        return new ModelLoading(source, sound.map(Rulebook::of), issues);
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

    private static ModelLoading unreadable(Path file, String why, String advice) {
        return new ModelLoading(
                file.toString(),
                Optional.empty(),
                List.of(new ModelIssue(
                        ModelIssue.Severity.ERROR,
                        "unreadable-file",
                        START,
                        "The model file '" + file + "' " + why + ".",
                        advice)));
    }

    private static boolean isError(ModelIssue issue) {
        return issue.severity() == ModelIssue.Severity.ERROR;
    }
}
