package dev.tidegate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** Who may run where: this process on the first core, all that it has started, and a server, on the others. */
final class Cores {
    private Cores() {}

    /** Holds for threads and processes that are there, and for those that they start. */
    static void divide(ProcessHandle server) {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2) {
            throw new IllegalStateException("it takes two cores to divide them");
        }
        pin(ProcessHandle.current(), "0");
        Stream.of(ProcessHandle.current().descendants(), Stream.of(server), server.descendants())
                .flatMap(processes -> processes)
                .distinct()
                .forEach(process -> pin(process, "1-" + (cores - 1)));
    }

    private static void pin(ProcessHandle process, String cores) {
        try {
            Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", cores, Long.toString(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectErrorStream(true)
                    .start();
            if (taskset.waitFor() != 0 && process.isAlive()) {
                throw new IllegalStateException("process " + process.pid() + " cannot be kept to core " + cores);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
