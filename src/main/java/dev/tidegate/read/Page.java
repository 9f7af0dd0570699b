package dev.tidegate.read;

import java.util.List;
import java.util.OptionalLong;

/** The answer to a live query; {@code count} is that of all matching objects, where it was asked for. */
public record Page(List<LiveObject> objects, OptionalLong count) {
    public Page {
        objects = List.copyOf(objects);
    }
}
