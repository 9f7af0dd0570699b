package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import java.util.OptionalLong;

/**
 * All operations that match, taken piece by piece by whoever sends them: those that were there when it began, as they are when
 * they are taken. Holds nothing between two pieces, so there is nothing to close.
 */
public final class DeadLetterStream {
    private final DeadLetters letters;
    private final DeadLetterFilter filter;
    private final long last;
    private ListPlace place = ListPlace.beginning();

    DeadLetterStream(DeadLetters letters, DeadLetterFilter filter, long last) {
        this.letters = letters;
        this.filter = filter;
        this.last = last;
    }

    /** Not to be called before the one before has ended, nor behind one without more. */
    public Uni<DeadLetterPage> next(int most) {
        return letters.page(filter, place, OptionalLong.of(last), most).invoke(this::goOn);
    }

    private void goOn(DeadLetterPage page) {
        if (page.more()) {
            place = new ListPlace.Behind(page.letters().getLast().place());
        }
    }
}
