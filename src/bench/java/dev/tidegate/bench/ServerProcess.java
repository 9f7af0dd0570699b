package dev.tidegate.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One side of a comparison, as a process of its own on the same JDK with the same flags. */
final class ServerProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");

    /** The collector and the heap that the image has in 1 GiB of memory. */
    static final List<String> AS_IN_THE_IMAGE = List.of("-XX:+UseSerialGC", "-Xmx614m");

    /** Further flags for the JDK of both sides, as to record a profile; {@code {name}} stands for the side. */
    private static final List<String> MORE_FLAGS =
            List.of(System.getProperty("bench.flags", "").split(" "));

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final int port;
    private final Process process;

    private ServerProcess(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    static ServerProcess start(String name, int port, List<String> arguments) {
        return start(name, port, FLAGS, arguments);
    }

    static ServerProcess start(String name, int port, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(MORE_FLAGS.stream()
                .filter(flag -> !flag.isBlank())
                .map(flag -> flag.replace("{name}", name))
                .toList());
        command.addAll(arguments);
        try {
            File log = Path.of("target", "bench-" + name + ".log").toFile();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            return new ServerProcess(name, port, process);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** How much of the processors it has used so far, in all its threads. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    int residentMebibytes() {
        return mebibytes("VmRSS:");
    }

    /** The most that has been resident so far. */
    int peakMebibytes() {
        return mebibytes("VmHWM:");
    }

    private int mebibytes(String what) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                            .filter(line -> line.startsWith(what))
                            .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    void awaitListening() throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!listens()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IllegalStateException(name + " did not start; see target/bench-" + name + ".log");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
