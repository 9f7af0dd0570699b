package dev.tidegate.upload;

import java.util.List;
import java.util.Optional;

/**
 * Everything about one operation that could not be applied: what it is judged by, and how each attempt went, the first one
 * first.
 */
public record DeadLetterFile(
        DeadLetter letter,
        Submitter submitter,
        BatchScope scope,
        Optional<String> modelVersion,
        List<Attempt> attempts) {
    public DeadLetterFile {
        attempts = List.copyOf(attempts);
    }
}
