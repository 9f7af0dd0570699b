package dev.tidegate.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Text becomes a tree of {@link Yaml} (YAML 1.2, core schema), the only place that knows the YAML library. Its limits keep
 * a hostile file cheap: size, depth, no aliases.
 */
final class YamlText {
    static final int MAX_BYTES = 4 * 1024 * 1024;
    static final int MAX_DEPTH = 20;

    private static final Position START = new Position(1, 1);

    private final Issues issues;

    private YamlText(Issues issues) {
        this.issues = issues;
    }

    /** The document, or empty when it is none; what is wrong is in {@code issues}. */
    static Optional<Yaml> read(String text, Issues issues) {
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            issues.error(START, "too-large", "The file is larger than 4 MiB.", "Make it smaller.");
            return Optional.empty();
        }
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setAllowNonScalarKeys(true)
                .setParseComments(false)
                .setCodePointLimit(MAX_BYTES + 1)
                .setSchema(new CoreSchema())
                .build();
        YamlText reading = new YamlText(issues);
        try {
            if (!reading.isHarmless(new Parse(settings).parseString(text))) {
                return Optional.empty();
            }
            return new Compose(settings).composeString(text).map(reading::node);
        } catch (MarkedYamlEngineException malformed) {
            Position at = malformed
                    .getProblemMark()
                    .or(malformed::getContextMark)
                    .map(YamlText::position)
                    .orElse(START);
            reading.malformed(at, malformed.getProblem());
        } catch (ReaderException malformed) {
            reading.malformed(
                    positionOf(text, malformed.getPosition()),
                    "the character U+%04X is not allowed".formatted(malformed.getCodePoint()));
        } catch (YamlEngineException malformed) {
            reading.malformed(START, String.valueOf(malformed.getMessage()));
        }
        return Optional.empty();
    }

    private void malformed(Position at, String problem) {
        issues.error(
                at,
                "malformed-yaml",
                "The file is not YAML: " + problem.replaceAll("\\s+", " ").strip() + ".",
                "Correct the line; spaces indent, tabs do not, and text with ': ' or '#' needs quotes.");
    }

    private boolean isHarmless(Iterable<Event> events) {
        int depth = 0;
        int documents = 0;
        for (Event event : events) {
            Position at = event.getStartMark().map(YamlText::position).orElse(START);
            if (event instanceof AliasEvent) {
                issues.error(at, "alias", "Aliases (*name) are not allowed.", "Write the value out.");
                return false;
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                issues.error(at, "malformed-yaml", "The file holds a second document.", "Keep one document in a file.");
                return false;
            }
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                issues.error(at, "too-deep", "The file is nested deeper than " + MAX_DEPTH + " levels.", "Flatten it.");
                return false;
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
        return true;
    }

    private Yaml node(Node node) {
        Position at = node.getStartMark().map(YamlText::position).orElse(START);
        return switch (node) {
            case ScalarNode scalar -> new Yaml.Scalar(at, scalar.getValue(), kind(scalar.getTag()));
            case SequenceNode sequence ->
                new Yaml.Sequence(
                        at, sequence.getValue().stream().map(this::node).toList());
            case MappingNode mapping -> new Yaml.Mapping(at, entries(mapping));
            default -> new Yaml.Scalar(at, "", Yaml.Scalar.Kind.OTHER);
        };
    }

    private List<Yaml.Entry> entries(MappingNode mapping) {
        List<Yaml.Entry> entries = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Position at =
                    tuple.getKeyNode().getStartMark().map(YamlText::position).orElse(START);
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                issues.error(at, "bad-key", "A key must be a plain text.", "Write 'key: value'.");
            } else if (!keys.add(key.getValue())) {
                issues.error(
                        at,
                        "duplicate-key",
                        "The key '" + key.getValue() + "' stands twice in this mapping.",
                        "Keep one of them.");
            } else {
                entries.add(new Yaml.Entry(at, key.getValue(), node(tuple.getValueNode())));
            }
        }
        return entries;
    }

    private static Yaml.Scalar.Kind kind(Tag tag) {
        if (tag.equals(Tag.STR)) {
            return Yaml.Scalar.Kind.TEXT;
        }
        if (tag.equals(Tag.INT)) {
            return Yaml.Scalar.Kind.WHOLE;
        }
        if (tag.equals(Tag.FLOAT)) {
            return Yaml.Scalar.Kind.DECIMAL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Yaml.Scalar.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Yaml.Scalar.Kind.EMPTY : Yaml.Scalar.Kind.OTHER;
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Position positionOf(String text, int codePoints) {
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        String before = text.substring(0, end);
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Position(line, 1 + before.codePointCount(lineStart, before.length()));
    }
}
