package dev.tidegate.ops.command;

import dev.tidegate.edition.ModelLoading;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.Checks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
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
    private final PrintWriter err;

    ModelCommands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
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

    @Command(
            description = "Judges the queries, writes and batches of a file against a model, as the gateway would.",
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "MODEL", description = "the model file") Path model,
            @Parameters(paramLabel = "CHECKS", description = "profile, roles, queries, writes, batches; YAML or JSON")
                    Path checks,
            @Option(names = "--json", description = "report as JSON") boolean json) {
        ModelLoading loading = ModelLoading.ofFile(model);
        if (loading.rulebook().isEmpty()) {
            err.println(loading.report());
            return CommandLine.ExitCode.SOFTWARE;
        }
        ChecksFile file = ChecksFile.read(checks);
        Optional<Profile> profile = profile(loading.rulebook().get().model(), file);
        if (profile.isEmpty() || !file.problems().isEmpty()) {
            file.problems().forEach(problem -> err.println(checks + ": " + problem));
            return CommandLine.ExitCode.SOFTWARE;
        }
        ChecksReport report =
                new ChecksReport(new Checks(loading.rulebook().get()).judge(profile.get(), file.checks()));
        out.println(json ? report.json() : report.text());
        return report.allowed() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Optional<Profile> profile(Model model, ChecksFile file) {
        Optional<Profile> profile = Optional.ofNullable(model.profiles().get(new ProfileName(file.profile())));
        if (profile.isEmpty() && file.problems().isEmpty()) {
            err.println("/profile: there is no profile '" + file.profile() + "'. Known: "
                    + model.profiles().keySet().stream().map(ProfileName::value).collect(Collectors.joining(", "))
                    + ".");
        }
        return profile;
    }
}
