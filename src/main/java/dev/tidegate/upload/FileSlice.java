package dev.tidegate.upload;

import java.util.Optional;

/**
 * What one request says that it brings: so many bytes from an offset on of a file of so many in all, and, if it says so, what
 * they and the whole file have to hash to. {@code anew}: it brings the file as a whole and knows of nothing before it.
 */
public record FileSlice(
        long from, long length, long total, boolean anew, Optional<FileHash> ofSlice, Optional<FileHash> ofWhole) {

    public FileSlice {
        if (from < 0 || length < 0 || from + length > total || (anew && length != total)) {
            throw new IllegalArgumentException("no part of a file");
        }
    }

    public long end() {
        return from + length;
    }

    /** Whether the file is complete with it. */
    public boolean isLast() {
        return end() == total;
    }

    boolean isWhole() {
        return length == total;
    }
}
