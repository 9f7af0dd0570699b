package dev.tidegate.download;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much one leg may hold in memory, and how many objects to read at a time so that one reading does not exceed it by far. */
final class ReadPace {
    /** What a leg holds. */
    static final long MOST_BYTES = 8L << 20;

    private static final long BYTES_OF_A_READ = 1L << 20;
    private static final int FIRST_READ = 20;
    private static final int LARGEST_READ = 500;

    private long bytes;
    private int read = FIRST_READ;

    /** Objects of the next reading, to judge by the one before. */
    int objects() {
        return read;
    }

    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    void took(List<@Nullable Object[]> rows) {
        long size = rows.stream().mapToLong(RowSize::of).sum();
        bytes += size;
        if (!rows.isEmpty()) {
            read = Math.clamp(BYTES_OF_A_READ * rows.size() / size, 1, LARGEST_READ);
        }
    }
}
