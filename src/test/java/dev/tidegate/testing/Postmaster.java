package dev.tidegate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The server process of an embedded PostgreSQL, found by the folder that it keeps its data in. */
public final class Postmaster {
    private Postmaster() {}

    public static long pid(Path directory) throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid"))
                .getFirst()
                .strip());
    }

    /** SIGKILL; its sessions end by themselves, as they do. */
    public static void kill(Path directory) throws IOException {
        ProcessHandle.of(pid(directory)).ifPresent(server -> {
            server.destroyForcibly();
            server.onExit().join();
        });
    }
}
