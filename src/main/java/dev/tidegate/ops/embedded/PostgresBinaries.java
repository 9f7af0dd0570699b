package dev.tidegate.ops.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked once from the archive that Maven brought for this platform. The folder's name holds
 * the archive's length, so that another version gets a folder of its own; it appears whole or not at all.
 */
record PostgresBinaries(Path home) {

    /** Before a folder is looked at: where there is nothing to unpack, no folder would help. */
    static void requireCarried() {
        var _ = carried();
    }

    static PostgresBinaries unpackedIn(Path directory) {
        try {
            URLConnection connection = carried().openConnection();
            connection.setUseCaches(false);
            Path home = directory.resolve("postgres-" + connection.getContentLengthLong());
            if (!Files.isExecutable(home.resolve("bin").resolve("postgres"))) {
                unpack(connection, directory, home);
            }
            return new PostgresBinaries(home);
        } catch (IOException broken) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL cannot be unpacked to " + directory + ": " + broken.getMessage(), broken);
        }
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** The major version, as {@code PG_VERSION} of a data directory has it. */
    String majorVersion() {
        return programVersion().split("[. ]", 2)[0];
    }

    private String programVersion() {
        String said =
                Programs.output(program("postgres").toString(), "--version").strip();
        return said.substring(said.lastIndexOf(") ") + 2);
    }

    private static String archiveName() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String platform = system.contains("mac") ? "darwin" : system.contains("win") ? "windows" : "linux";
        String machine = System.getProperty("os.arch", "");
        return "postgres-" + platform + "-" + (machine.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
    }

    private static URL carried() {
        String archive = archiveName();
        URL url = find(archive);
        if (url == null) {
            throw new EmbeddedPostgresException("This build carries no PostgreSQL for this platform (" + archive
                    + "). Set TIDEGATE_DATABASE_URL to a database of your own.");
        }
        return url;
    }

    /** The container image leaves the archive's jar out, which the class loader of the application may answer by a failure. */
    private static @Nullable URL find(String archive) {
        try {
            return PostgresBinaries.class.getClassLoader().getResource(archive);
        } catch (RuntimeException noSuchJar) {
            return null;
        }
    }

    private static void unpack(URLConnection archive, Path directory, Path home) throws IOException {
        Path draft = Files.createTempDirectory(directory, "unpacking-");
        try {
            try (InputStream bytes = new BufferedInputStream(archive.getInputStream());
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(bytes))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(entry, tar, draft);
                }
            }
            Files.move(draft, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException other) {
            delete(draft);
            if (!Files.isExecutable(home.resolve("bin").resolve("postgres"))) {
                throw other;
            }
        } catch (IOException | RuntimeException broken) {
            delete(draft);
            throw broken;
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("the archive leaves its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
