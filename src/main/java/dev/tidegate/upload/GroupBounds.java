package dev.tidegate.upload;

import java.util.ArrayList;
import java.util.List;

/**
 * How much is applied in one transaction: parts, and operations in all of them. A part goes alone if it has more than
 * {@code alone} operations, so that it holds up no others; if it has failed by itself, so that it takes no others with it;
 * if it was held up again and again, as by a row that somebody keeps locked; and if it writes files, which take time and memory.
 */
public record GroupBounds(int parts, int operations, int alone) {
    private static final int MOST_DELAYS = 1;

    public GroupBounds {
        if (parts < 1 || operations < 1 || alone < 0) {
            throw new IllegalArgumentException("a group has a part and an operation at least");
        }
    }

    GroupBounds within(GroupSize size) {
        return new GroupBounds(parts, size.operations(), alone);
    }

    /** Cuts heads of lanes into groups, each in the order of the heads. */
    List<List<Part>> cut(List<Part> heads) {
        List<List<Part>> groups = new ArrayList<>();
        List<Part> open = new ArrayList<>();
        int size = 0;
        for (Part head : heads) {
            if (goesAlone(head)) {
                groups.add(List.of(head));
                continue;
            }
            int more = head.operations().size();
            if (!open.isEmpty() && (open.size() == parts || size + more > operations)) {
                groups.add(open);
                open = new ArrayList<>();
                size = 0;
            }
            open.add(head);
            size += more;
        }
        if (!open.isEmpty()) {
            groups.add(open);
        }
        return groups;
    }

    private boolean goesAlone(Part head) {
        return head.attempts() > 0
                || head.delays() > MOST_DELAYS
                || head.operations().size() > alone
                || head.operations().stream().map(head::operation).anyMatch(BatchFiles::areIn);
    }
}
