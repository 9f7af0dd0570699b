package dev.tidegate.download;

import java.util.Comparator;

/** One operation of a client: the position of its batch, and its index in that. Ordered as the client sent them. */
public record OperationPlace(long position, int index) implements Comparable<OperationPlace> {
    private static final Comparator<OperationPlace> ORDER =
            Comparator.comparingLong(OperationPlace::position).thenComparingInt(OperationPlace::index);

    @Override
    public int compareTo(OperationPlace other) {
        return ORDER.compare(this, other);
    }
}
