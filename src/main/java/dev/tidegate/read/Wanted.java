package dev.tidegate.read;

import dev.tidegate.sql.Select;
import java.util.List;
import java.util.Optional;

/** What of a query's result a plan is for. */
sealed interface Wanted {

    Select.Window window();

    /** Whether the rows bring the texts of their sort keys. */
    boolean keys();

    /** Whether the rows bring the number of all objects. */
    boolean counted();

    record OneObject() implements Wanted {
        @Override
        public Select.Window window() {
            return Select.Window.WHOLE;
        }

        @Override
        public boolean keys() {
            return false;
        }

        @Override
        public boolean counted() {
            return false;
        }
    }

    /** A page, by offset or behind an object; {@code after} then says which of its keys have a value. */
    record OfPage(boolean counted, Optional<List<Boolean>> after) implements Wanted {
        public OfPage {
            after = after.map(List::copyOf);
        }

        @Override
        public Select.Window window() {
            return after.<Select.Window>map(Select.Window.After::new).orElse(Select.Window.PAGE);
        }

        @Override
        public boolean keys() {
            return true;
        }
    }

    /** All that follows, by offset or behind an object; no page comes after it. */
    record OfStream(Optional<List<Boolean>> after) implements Wanted {
        public OfStream {
            after = after.map(List::copyOf);
        }

        @Override
        public Select.Window window() {
            return new OfPage(false, after).window();
        }

        @Override
        public boolean keys() {
            return false;
        }

        @Override
        public boolean counted() {
            return false;
        }
    }
}
