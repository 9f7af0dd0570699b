package dev.tidegate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The packaged gateway as a process of its own, as a user starts it: started, killed and started again, always on the same
 * ports. What it says stands in {@code target/outage-NAME.log}.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String JAR = System.getProperty("gateway.jar", "target/quarkus-app/quarkus-run.jar");

    private final String name;
    private final Map<String, String> configuration;
    private final int port = freePort();
    private final int managementPort = freePort();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private @Nullable Process process;

    public GatewayProcess(String name, Map<String, String> configuration) {
        this.name = name;
        this.configuration = new TreeMap<>(configuration);
        this.configuration.put("quarkus.http.port", Integer.toString(port));
        this.configuration.put("quarkus.management.port", Integer.toString(managementPort));
    }

    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Returns when it is ready. */
    public GatewayProcess start() {
        launch();
        awaitReady(PATIENCE);
        return this;
    }

    public void awaitReady(Duration most) {
        Process started = Objects.requireNonNull(process, "launched");
        Until.holds("gateway " + name + " ready", most, () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("it ended with " + started.exitValue());
            }
            return isReady();
        });
    }

    /** Returns at once. */
    public void launch() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", JAR));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Where all that it says is added to. */
    public Path log() {
        return Path.of("target", "outage-" + name + ".log");
    }

    public boolean isReady() {
        return health("ready") == 200;
    }

    /** The status of a health check; 0 without an answer. */
    public int health(String check) {
        URI uri = URI.create("http://127.0.0.1:" + managementPort + "/q/health/" + check);
        try {
            return http.send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** The numbers that it counts, as Prometheus reads them; an explanation without an answer. */
    public String metrics() {
        URI uri = URI.create("http://127.0.0.1:" + managementPort + "/q/metrics");
        try {
            return http.send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException notNow) {
            return notNow.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted.toString();
        }
    }

    /** Absent while it does not run. */
    public OptionalLong pid() {
        Process running = process;
        return running == null || !running.isAlive() ? OptionalLong.empty() : OptionalLong.of(running.pid());
    }

    /** As {@code kill -9} does. */
    public void kill() {
        end(true);
    }

    /** In order, as SIGTERM does. */
    public void stop() {
        end(false);
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        var _ = Objects.requireNonNull(process, "launched").toHandle().destroy();
    }

    /** The status that it ended with; fails when it has not within that time. */
    public int awaitExit(Duration most) throws InterruptedException {
        Process running = Objects.requireNonNull(process, "launched");
        if (!running.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("gateway " + name + " still runs after " + most.toSeconds() + " s");
        }
        process = null;
        return running.exitValue();
    }

    @Override
    public void close() {
        stop();
        http.close();
    }

    private void end(boolean hard) {
        Process running = process;
        process = null;
        if (running == null) {
            return;
        }
        try {
            if (!hard) {
                running.destroy();
                if (running.waitFor(30, TimeUnit.SECONDS)) {
                    return;
                }
            }
            running.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Below the range that outgoing connections take theirs from, so that it is still free after a kill. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // another one then
            }
        }
    }
}
