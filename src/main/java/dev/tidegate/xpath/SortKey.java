package dev.tidegate.xpath;

import java.util.List;

/**
 * One key of an order: a member, reached over single references ({@code path} is empty for an own member). Empty values
 * come last ascending, first descending. {@code position} is that of the key in the sort's text.
 */
public record SortKey(List<Hop> path, Member member, boolean descending, int position) {
    public SortKey {
        path = List.copyOf(path);
    }
}
