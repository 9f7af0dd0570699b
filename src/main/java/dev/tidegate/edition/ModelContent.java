package dev.tidegate.edition;

import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stood in a model file at one moment; two are equal when the same stood there.
 *
 * @param source the file's name, for messages
 * @param text empty when there was none to be had
 * @param hindrance why
 */
public record ModelContent(String source, String text, Optional<ModelIssue> hindrance) {
    /** The place of what is about the file as a whole. */
    public static final Position START = new Position(1, 1);

    /** The reader's limit on the text; larger files are not even opened. */
    private static final long MAX_BYTES = 4L * 1024 * 1024;

    public static ModelContent of(String source, String text) {
        return new ModelContent(source, text, Optional.empty());
    }

    /** Blocks. */
    public static ModelContent ofFile(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                return unreadable(file, "is larger than 4 MiB", "Is this the model file?");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return of(file.toString(), text);
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

    private static ModelContent unreadable(Path file, String why, String advice) {
        return new ModelContent(
                file.toString(),
                "",
                Optional.of(new ModelIssue(
                        ModelIssue.Severity.ERROR,
                        "unreadable-file",
                        START,
                        "The model file '" + file + "' " + why + ".",
                        advice)));
    }
}
