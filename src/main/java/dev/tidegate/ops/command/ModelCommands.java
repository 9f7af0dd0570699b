package dev.tidegate.ops.command;

import dev.tidegate.ops.ModelLoading;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about a model file. Each method is one; its value is the exit code. */
@Command(
        name = "tidegate",
        mixinStandardHelpOptions = true,
        description = "A sync gateway for partially-offline apps. Without a command it serves.",
        synopsisSubcommandLabel = "COMMAND")
final class ModelCommands {
    private final PrintWriter out;

    ModelCommands(PrintWriter out) {
        this.out = out;
    }

    @Command(
            description = "Reads a model file and reports every error and warning, as the gateway would at start.",
            mixinStandardHelpOptions = true)
    int validate(
            @Parameters(paramLabel = "MODEL", description = "the model file") Path model,
            @Option(names = "--json", description = "report as JSON") boolean json) {
        ModelLoading loading = ModelLoading.ofFile(model);
        out.println(json ? JsonReport.of(loading) : loading.report());
        return loading.rulebook().isPresent() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
