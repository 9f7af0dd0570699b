package dev.tidegate.policy;

/** One sort key as the request spells it; {@code position} is where {@code path} begins in the parameter's text (0 in JSON). */
public record SortText(String path, boolean descending, int position) {}
