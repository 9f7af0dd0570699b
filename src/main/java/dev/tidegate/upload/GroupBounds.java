package dev.tidegate.upload;

import java.util.ArrayList;
import java.util.List;

/**
 * How much is applied in one transaction: parts, and operations in all of them. A part of more than {@code alone} operations
 * holds up no others, and one that has failed by itself before takes no others with it: both go alone.
 */
public record GroupBounds(int parts, int operations, int alone) {
    public GroupBounds {
        if (parts < 1 || operations < 1 || alone < 0) {
            throw new IllegalArgumentException("a group has a part and an operation at least");
        }
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
        return head.attempts() > 0 || head.operations().size() > alone;
    }
}
