package dev.tidegate.ops.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder that an embedded PostgreSQL lives in: {@code data}, {@code password} (mode 0600), {@code postgresql.log}, the
 * unpacked programs, and {@code lock}, which belongs to the one process that uses it and goes with that process.
 */
final class DataFolder implements AutoCloseable {
    static final String SUPERUSER = "tidegate";

    private final Path directory;
    private final FileChannel lock;

    private DataFolder(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static DataFolder locked(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new EmbeddedPostgresException("Another gateway uses the embedded database in " + directory
                        + ". Stop it, or give this one a folder of its own (TIDEGATE_EMBEDDED_DIRECTORY),"
                        + " or let both use one database server (TIDEGATE_DATABASE_URL).");
            }
            return new DataFolder(directory, channel);
        } catch (IOException broken) {
            throw new EmbeddedPostgresException(
                    "The folder " + directory + " of the embedded database cannot be used: " + broken.getMessage()
                            + ". Give another one by TIDEGATE_EMBEDDED_DIRECTORY.",
                    broken);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    Path directory() {
        return directory;
    }

    Path data() {
        return directory.resolve("data");
    }

    Path log() {
        return directory.resolve("postgresql.log");
    }

    Path postmasterPid() {
        return data().resolve("postmaster.pid");
    }

    /** Makes the data directory on the first start; a break-off in the middle leaves none. */
    void prepare(PostgresBinaries binaries, List<String> prefix) throws IOException {
        Path version = data().resolve("PG_VERSION");
        if (!Files.exists(version)) {
            initialize(binaries, prefix);
        }
        String made = Files.readString(version).strip();
        String here = binaries.majorVersion();
        if (!made.equals(here)) {
            throw new EmbeddedPostgresException("The data in " + data() + " were made by PostgreSQL " + made
                    + ", this build carries " + here + ". Run the earlier build and move the data with pg_dump,"
                    + " or give another folder by TIDEGATE_EMBEDDED_DIRECTORY.");
        }
        cutLog();
    }

    String password() throws IOException {
        Path file = directory.resolve("password");
        if (!Files.exists(file)) {
            throw new EmbeddedPostgresException(
                    "The file " + file + " with the password of the embedded database is gone."
                            + " Put it back, or remove the folder to start afresh.");
        }
        return Files.readString(file).strip();
    }

    private void initialize(PostgresBinaries binaries, List<String> prefix) throws IOException {
        Path draft = directory.resolve("data.new");
        PostgresBinaries.delete(draft);
        Path password = writeNewPassword();
        Programs.output(Programs.command(
                prefix,
                binaries.program("initdb").toString(),
                "--pgdata=" + draft,
                "--username=" + SUPERUSER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8"));
        Files.move(draft, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path writeNewPassword() throws IOException {
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        Path file = directory.resolve("password");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, HexFormat.of().formatHex(secret) + "\n");
    }

    private void cutLog() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > 8L << 20) {
            Files.move(log(), directory.resolve("postgresql.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException broken) {
            throw new EmbeddedPostgresException("The lock of " + directory + " cannot be released", broken);
        }
    }
}
