package dev.tidegate.model;

import java.util.List;

/** A node of a YAML document with its place in the file; keys are texts and stand once. */
sealed interface Yaml {

    Position at();

    /** For a message: what stands there. */
    default String describe() {
        return switch (this) {
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case TEXT -> "the text '" + shortened(scalar.text()) + "'";
                    case WHOLE, DECIMAL -> "the number " + shortened(scalar.text());
                    case BOOLEAN -> "'" + scalar.text() + "'";
                    case EMPTY -> "nothing";
                    case OTHER -> "a value of another type";
                };
            case Sequence _ -> "a list";
            case Mapping _ -> "a mapping";
        };
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    record Scalar(Position at, String text, Kind kind) implements Yaml {
        enum Kind {
            TEXT,
            WHOLE,
            DECIMAL,
            BOOLEAN,
            EMPTY,
            OTHER
        }
    }

    record Sequence(Position at, List<Yaml> items) implements Yaml {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    record Mapping(Position at, List<Entry> entries) implements Yaml {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /** One key of a mapping; {@code at} is the key's place. */
    record Entry(Position at, String key, Yaml value) {}
}
