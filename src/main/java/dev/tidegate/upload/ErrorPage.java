package dev.tidegate.upload;

import java.util.List;
import java.util.Optional;

/** Some of a client's kept errors, oldest first; {@code next} is where to go on, when there are more. */
public record ErrorPage(List<KeptError> errors, Optional<ErrorId> next) {
    public ErrorPage {
        errors = List.copyOf(errors);
    }
}
