package dev.tidegate.ops.command;

import dev.tidegate.edition.ModelLoading;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.ops.Demo;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.store.PostgresUri;
import dev.tidegate.store.StoreAccess;
import dev.tidegate.store.StorePools;
import dev.tidegate.store.StoreScript;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the SQL that a store lacks, for a DBA; reads the store's catalogs and changes nothing. */
@Command(
        name = "store-ddl",
        description = "Prints as SQL what the gateway needs in a data store and the store lacks. Changes nothing.",
        mixinStandardHelpOptions = true)
final class StoreDdlCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(paramLabel = "STORE", description = "the store, as the model names it")
    private String store = "";

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "the model file; without it that of the configuration, else the demo's")
    private Optional<Path> model = Optional.empty();

    StoreDdlCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        Config config = ConfigProvider.getConfig();
        ModelLoading loading = model.or(() -> given(config, "tidegate.model").map(Path::of))
                .map(ModelLoading::ofFile)
                .orElseGet(() -> ModelLoading.of(Demo.content()));
        if (loading.rulebook().isEmpty()) {
            err.println(loading.report());
            return CommandLine.ExitCode.SOFTWARE;
        }
        return print(loading.rulebook().get(), config);
    }

    private int print(Rulebook rulebook, Config config) {
        StoreName name = new StoreName(store);
        Model known = rulebook.model();
        if (known.entities().values().stream()
                .noneMatch(entity -> entity.store().equals(name))) {
            err.println("The model keeps nothing in a store '" + store + "'.");
            return CommandLine.ExitCode.SOFTWARE;
        }
        String prefix = "tidegate.stores." + store;
        Optional<String> url = given(config, prefix + ".url");
        if (url.isEmpty()) {
            err.println(prefix + ".url is not set: where is the store?");
            return CommandLine.ExitCode.SOFTWARE;
        }
        try {
            StoreAccess access = access(config, prefix, PostgresUri.parse(url.get()));
            out.print(script(rulebook, name, access));
            return CommandLine.ExitCode.OK;
        } catch (RuntimeException failed) {
            err.println("The store '" + store + "' could not be read: " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static StoreAccess access(Config config, String prefix, PostgresUri uri) {
        return new StoreAccess(
                uri,
                given(config, prefix + ".username").or(uri::username).orElse("tidegate"),
                given(config, prefix + ".password").or(uri::password).orElse(""),
                new StoreAccess.PoolShape(1, 1, 1, Duration.ofSeconds(5), PATIENCE, Optional.empty()));
    }

    private static String script(Rulebook rulebook, StoreName name, StoreAccess access) {
        Vertx vertx = Vertx.vertx();
        try (StorePools pools = StorePools.open(vertx, Map.of(name, access), PATIENCE)) {
            return StoreScript.of(
                            rulebook.model(), WatchRules.watched(rulebook), name, pools.pool(name), access.username())
                    .await()
                    .atMost(PATIENCE);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Optional<String> given(Config config, String key) {
        return config.getOptionalValue(key, String.class).filter(text -> !text.isBlank());
    }
}
