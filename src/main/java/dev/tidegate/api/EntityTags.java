package dev.tidegate.api;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;

/** Entity tags as {@code If-None-Match} compares them (RFC 9110, 13.1.2): weakly, against a list or any. */
final class EntityTags {
    private EntityTags() {}

    /** Whether the caller says that it has what the tag (with its quotes) stands for. */
    static boolean isKnown(Call call, String tag) {
        return call.header(HttpHeaders.IF_NONE_MATCH).stream()
                .flatMap(known -> Arrays.stream(known.split(",", -1)))
                .map(String::strip)
                .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                .anyMatch(one -> one.equals("*") || one.equals(tag));
    }
}
