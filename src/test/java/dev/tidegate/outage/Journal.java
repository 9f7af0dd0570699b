package dev.tidegate.outage;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** What a client has sent and what should have come of it, in a file, so that long runs need no memory for it. */
final class Journal implements AutoCloseable {
    private static final long NO_POSITION = -1;

    private final Path file;
    private final DataOutputStream out;
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong operations = new AtomicLong();

    private Journal(Path file, DataOutputStream out) {
        this.file = file;
        this.out = out;
    }

    static Journal in(Path directory, String client) {
        try {
            Path file = Files.createTempFile(directory, "journal-" + client + "-", ".bin");
            return new Journal(file, new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file))));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    synchronized void add(Sent sent) {
        if (sent.position().isPresent()) {
            batches.incrementAndGet();
            operations.addAndGet(sent.operations().size());
        }
        try {
            write(sent.expected());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Batches that were acknowledged. */
    long batches() {
        return batches.get();
    }

    /** Operations that were acknowledged. */
    long operations() {
        return operations.get();
    }

    /** All of them, as they were sent. */
    synchronized List<Expected> read() {
        try {
            out.flush();
            List<Expected> all = new ArrayList<>();
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (Optional<Expected> next = next(in); next.isPresent(); next = next(in)) {
                    all.add(next.get());
                }
            }
            return all;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void write(Expected expected) throws IOException {
        out.writeLong(expected.batch().getMostSignificantBits());
        out.writeLong(expected.batch().getLeastSignificantBits());
        out.writeLong(expected.position().orElse(NO_POSITION));
        out.writeInt(expected.fates().size());
        for (Sent.Fate fate : expected.fates()) {
            out.writeUTF(fate.event().orElse(""));
            out.writeUTF(fate.outcome());
            out.writeBoolean(fate.late());
        }
    }

    private static Optional<Expected> next(DataInputStream in) throws IOException {
        long high;
        try {
            high = in.readLong();
        } catch (EOFException end) {
            return Optional.empty();
        }
        UUID batch = new UUID(high, in.readLong());
        long position = in.readLong();
        List<Sent.Fate> fates = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String event = in.readUTF();
            fates.add(new Sent.Fate(
                    event.isEmpty() ? Optional.empty() : Optional.of(event),
                    in.readUTF().intern(),
                    in.readBoolean()));
        }
        return Optional.of(
                new Expected(batch, position == NO_POSITION ? Optional.empty() : Optional.of(position), fates));
    }

    @Override
    public void close() {
        try {
            out.close();
            Files.deleteIfExists(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
