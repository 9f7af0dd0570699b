package dev.tidegate.upload;

import java.util.List;

/** What is applied as one within a wave: nearly always a single operation. */
public sealed interface ApplyUnit {

    PartWork part();

    /** Its operations, in the order of the batch. */
    List<Step> steps();

    record Single(PartWork part, Step step) implements ApplyUnit {
        @Override
        public List<Step> steps() {
            return List.of(step);
        }
    }

    /** Creates that refer to each other, and what else has to be written between them. */
    record Circle(PartWork part, WriteOrder.Unit unit) implements ApplyUnit {
        @Override
        public List<Step> steps() {
            return unit.steps();
        }
    }

    /** An atomic part. */
    record Whole(PartWork part) implements ApplyUnit {
        @Override
        public List<Step> steps() {
            return part.steps();
        }
    }
}
