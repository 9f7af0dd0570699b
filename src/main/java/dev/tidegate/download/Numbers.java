package dev.tidegate.download;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Numbers from zero on as cursors hold them: seven bits a byte, the lowest first. */
final class Numbers {
    private Numbers() {}

    static void write(DataOutput out, long value) throws IOException {
        long rest = value;
        while (rest >= 0x80) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /** Fails with an {@link IOException} for what no number is written as. */
    static long read(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IOException("a number that does not end");
    }
}
