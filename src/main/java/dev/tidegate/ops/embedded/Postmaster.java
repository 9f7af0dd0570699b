package dev.tidegate.ops.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The server process. It runs under a small shell whose standard input is a pipe of this JVM: when the pipe closes, on
 * purpose or because the JVM is gone by whatever way, the shell asks the server for a fast shutdown.
 */
final class Postmaster {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration LEFT_OVER_SESSIONS = Duration.ofSeconds(20);
    private static final String SESSIONS_LEFT = "pre-existing shared memory block";
    private static final long POLL_MILLIS = 10;
    private static final String UNDER_A_SHELL = "exec 3<&0; \"$0\" \"$@\" </dev/null 3<&- & p=$!;"
            + " { cat <&3 >/dev/null; kill -INT $p; } & exec 3<&-; wait $p";

    private final Process process;
    private final int port;

    private Postmaster(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts the server and returns when it accepts connections, after the recovery that a hard stop calls for. Where only
     * the server itself was killed its sessions may still be about to end; PostgreSQL refuses to start beside them.
     */
    static Postmaster start(
            DataFolder folder, PostgresBinaries binaries, List<String> prefix, Map<String, String> settings)
            throws IOException, InterruptedException {
        stopLeftOver(folder, binaries, prefix);
        long patience = System.nanoTime() + LEFT_OVER_SESSIONS.toNanos();
        while (true) {
            try {
                Postmaster postmaster = launch(folder, binaries, prefix, settings);
                postmaster.awaitReady(folder);
                return postmaster;
            } catch (EmbeddedPostgresException refused) {
                if (System.nanoTime() > patience || !lastLines(folder.log()).contains(SESSIONS_LEFT)) {
                    throw refused;
                }
                TimeUnit.MILLISECONDS.sleep(10 * POLL_MILLIS);
            }
        }
    }

    private static Postmaster launch(
            DataFolder folder, PostgresBinaries binaries, List<String> prefix, Map<String, String> settings)
            throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(Programs.ownSession());
        command.addAll(List.of("/bin/sh", "-c", UNDER_A_SHELL));
        command.addAll(prefix);
        command.addAll(List.of(
                binaries.program("postgres").toString(), "-D", folder.data().toString(), "-p", Integer.toString(port)));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return new Postmaster(builder.start(), port);
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
    void stop() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP)) {
                process.destroyForcibly();
            }
        } catch (IOException alreadyGone) {
            process.destroy();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(DataFolder folder) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!isReady(folder.postmasterPid())) {
            boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() > deadline) {
                stop();
                throw new EmbeddedPostgresException("The embedded PostgreSQL in " + folder.directory()
                        + (ended ? " ended while it started." : " was not ready after " + START.toSeconds() + " s.")
                        + " Its log (" + folder.log() + ") ends with:\n" + lastLines(folder.log()));
            }
        }
    }

    private boolean isReady(Path pidFile) throws IOException {
        List<String> lines = lines(pidFile);
        return lines.size() >= 8
                && lines.get(3).strip().equals(Integer.toString(port))
                && lines.get(7).strip().equals("ready");
    }

    /**
     * A server that outlived its gateway (line 1 of {@code postmaster.pid}) is stopped; a stale file is PostgreSQL's own matter.
     * It may be about to end by itself, as its gateway is gone: then it need not be there any more to be told.
     */
    private static void stopLeftOver(DataFolder folder, PostgresBinaries binaries, List<String> prefix)
            throws IOException {
        if (!isLeftOver(folder)) {
            return;
        }
        try {
            Programs.output(Programs.command(
                    prefix,
                    binaries.program("pg_ctl").toString(),
                    "stop",
                    "-D",
                    folder.data().toString(),
                    "-m",
                    "fast",
                    "-w",
                    "-t",
                    "60"));
        } catch (EmbeddedPostgresException notStopped) {
            if (isLeftOver(folder)) {
                throw notStopped;
            }
        }
    }

    private static boolean isLeftOver(DataFolder folder) throws IOException {
        List<String> lines = lines(folder.postmasterPid());
        return !lines.isEmpty() && isPostgres(lines.getFirst().strip());
    }

    private static boolean isPostgres(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid))
                    .flatMap(handle -> handle.info().command())
                    .map(Path::of)
                    .filter(program -> program.endsWith("postgres"))
                    .isPresent();
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static List<String> lines(Path pidFile) throws IOException {
        try {
            return Files.readAllLines(pidFile);
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }
}
