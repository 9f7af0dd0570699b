package dev.tidegate.download;

import org.jspecify.annotations.Nullable;

/** About how many bytes a row takes. */
final class RowSize {
    private static final int OF_ANY = 16;
    private static final int OF_AN_ID = 40;

    private RowSize() {}

    static long of(@Nullable Object[] row) {
        long size = OF_ANY;
        for (Object value : row) {
            size += switch (value) {
                case String text -> OF_ANY + text.length();
                case byte[] bytes -> bytes.length;
                case Object[] ids -> (long) OF_AN_ID * ids.length;
                case null, default -> OF_ANY;
            };
        }
        return size;
    }
}
