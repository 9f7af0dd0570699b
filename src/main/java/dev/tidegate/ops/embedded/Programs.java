package dev.tidegate.ops.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs of PostgreSQL to their end, and knows what must stand before them on this system. */
final class Programs {
    private static final String TOO_LONG = "did not end within two minutes";

    private Programs() {}

    /**
     * What to put before a program of PostgreSQL. It refuses to run as root, so root hands it over to a user namespace of
     * its own, in which it is nobody.
     */
    static List<String> prefix() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        List<String> prefix = List.of("unshare", "-U", "--");
        try {
            output(command(prefix, "true"));
        } catch (EmbeddedPostgresException refused) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL does not run as root, and this system allows no user namespace (unshare -U failed)."
                            + " Start the gateway as another user, or set TIDEGATE_DATABASE_URL to a database of your own.",
                    refused);
        }
        return prefix;
    }

    /** {@code setsid} where the system has it, so that Ctrl-C in a terminal reaches the gateway only. */
    static List<String> ownSession() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(program -> Files.isExecutable(Path.of(program)))
                .limit(1)
                .toList();
    }

    static String[] command(List<String> prefix, String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return whole.toArray(String[]::new);
    }

    /** Runs the program and answers what it printed; throws with that text when it failed. */
    static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new EmbeddedPostgresException(String.join(" ", command) + " " + TOO_LONG);
            }
            if (process.exitValue() != 0) {
                throw new EmbeddedPostgresException(String.join(" ", command) + " failed: " + said.strip());
            }
            return said;
        } catch (IOException broken) {
            throw new EmbeddedPostgresException(command[0] + " cannot be run: " + broken.getMessage(), broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException(command[0] + " was interrupted", interrupted);
        }
    }
}
