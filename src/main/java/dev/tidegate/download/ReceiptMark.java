package dev.tidegate.download;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a cursor remembers of the receipt that it was issued with: the position up to which that covered every batch, and the
 * positions of those that it covered beyond, ascending. A mark may know less than the receipt said, never more: then objects are sent again
 * that need not be.
 *
 * <p>Written as numbers of variable length: the position, how many runs of positions follow, and of each how many positions
 * it leaves out after what came before, and how many it is of.
 */
public record ReceiptMark(long position, List<Long> settled) {
    /** Of a client that has no receipt yet. */
    public static final ReceiptMark NONE = new ReceiptMark(0, List.of());

    static final int MOST_RUNS = 200;
    static final int MOST_SETTLED = ClientBatches.MOST;

    public ReceiptMark {
        settled = List.copyOf(settled);
        long before = position;
        for (long next : settled) {
            if (next <= before) {
                throw new IllegalArgumentException("positions beyond " + position + ", ascending: " + settled);
            }
            before = next;
        }
    }

    /** Whether the receipt covered the batch of this position: it was settled in all its stores. */
    public boolean covers(long batch) {
        return batch <= position || Collections.binarySearch(settled, batch) >= 0;
    }

    /** At most 200 runs, whatever is in it; those of the lowest positions. */
    public void write(DataOutput out) throws IOException {
        List<Run> runs = Run.of(settled);
        List<Run> kept = runs.subList(0, Math.min(runs.size(), MOST_RUNS));
        Numbers.write(out, position);
        Numbers.write(out, kept.size());
        long before = position;
        for (Run run : kept) {
            Numbers.write(out, run.first() - before - 1);
            Numbers.write(out, run.last() - run.first() + 1);
            before = run.last();
        }
    }

    /** Fails with an {@link IOException} for what no mark is written as. */
    public static ReceiptMark read(DataInput in) throws IOException {
        long position = Numbers.read(in);
        long runs = Numbers.read(in);
        require(runs <= MOST_RUNS);
        List<Long> settled = new ArrayList<>();
        long before = position;
        for (long run = 0; run < runs; run++) {
            long left = Numbers.read(in);
            long length = Numbers.read(in);
            require(left <= Long.MAX_VALUE - before - length && length > 0 && length <= MOST_SETTLED - settled.size());
            for (long next = 1; next <= length; next++) {
                settled.add(before + left + next);
            }
            before += left + length;
        }
        return new ReceiptMark(position, settled);
    }

    /** Positions without a gap. */
    private record Run(long first, long last) {
        static List<Run> of(List<Long> positions) {
            List<Run> runs = new ArrayList<>();
            for (long next : positions) {
                if (!runs.isEmpty() && runs.getLast().last() + 1 == next) {
                    runs.add(new Run(runs.removeLast().first(), next));
                } else {
                    runs.add(new Run(next, next));
                }
            }
            return runs;
        }
    }

    private static void require(boolean holds) throws IOException {
        if (!holds) {
            throw new IOException("not as a mark is written");
        }
    }
}
