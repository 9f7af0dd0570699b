package dev.tidegate.ops.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * The commands of the program, chosen by its first argument. They exit with 0 when all is well, 1 when something was found,
 * 2 when they were called wrongly. Without arguments the program serves.
 */
public final class Commands {
    private final PrintWriter out;
    private final PrintWriter err;

    public Commands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Whether these arguments of the program are a command (also one that does not exist); none means to serve. */
    public static boolean areNamedBy(String... arguments) {
        return arguments.length > 0;
    }

    /** Runs a command on the console. Returns the exit code and leaves exiting to the caller. */
    public static int run(String... arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        return new Commands(out, err).exitCodeOf(arguments);
    }

    /** Runs a command and returns its exit code. */
    public int exitCodeOf(String... arguments) {
        CommandLine line =
                new CommandLine(new ModelCommands(out, err)).setOut(out).setErr(err);
        line.addSubcommand(new StoreDdlCommand(out, err));
        line.getCommandSpec().version("tidegate " + version());
        line.setParameterExceptionHandler((wrong, _) -> {
            err.println(wrong.getMessage());
            wrong.getCommandLine().usage(err);
            return CommandLine.ExitCode.USAGE;
        });
        int exitCode = line.execute(arguments);
        out.flush();
        err.flush();
        return exitCode;
    }

    private static String version() {
        String version = Commands.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }
}
