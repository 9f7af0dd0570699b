package dev.tidegate.upload;

import java.util.List;

/** Some operations that could not be applied, oldest first; {@code more} says that others come behind the last one. */
public record DeadLetterPage(List<DeadLetter> letters, boolean more) {
    public DeadLetterPage {
        letters = List.copyOf(letters);
        if (more && letters.isEmpty()) {
            throw new IllegalArgumentException("a page behind which others come has a last letter");
        }
    }
}
