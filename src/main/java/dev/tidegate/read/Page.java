package dev.tidegate.read;

import dev.tidegate.shape.ShownObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer to a live query; {@code count} is that of all matching objects, where it was asked for, {@code next} the cursor
 * of the page behind this one, if there is one.
 */
public record Page(List<ShownObject> objects, OptionalLong count, Optional<String> next) {
    public Page {
        objects = List.copyOf(objects);
    }
}
