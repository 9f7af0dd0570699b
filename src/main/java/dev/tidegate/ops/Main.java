package dev.tidegate.ops;

import dev.tidegate.ops.command.Commands;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.ops.embedded.EmbeddedPostgresException;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Where the process begins: a command that ends by itself, or the gateway, with PostgreSQL embedded when no database is
 * configured. The embedded server starts before everything else and stops after it.
 */
@QuarkusMain
public final class Main {
    /** Set when this process carries its database itself, with the folder of it. */
    static final String EMBEDDED = "dev.tidegate.embedded-in";

    /** Quarkus would answer what is no URI with a bare 400; without its check the request comes as far as to the API's own. */
    private static final String NO_URI_CHECK = "vertx.disableURIValidation";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Main() {}

    public static void main(String... arguments) {
        if (Commands.areNamedBy(arguments)) {
            System.exit(Commands.run(arguments));
        }
        System.setProperty(NO_URI_CHECK, "true");
        try {
            serve(arguments);
        } catch (StartRefused | EmbeddedPostgresException refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
        }
    }

    private static void serve(String... arguments) {
        Config config = ConfigProvider.getConfig();
        if (trainingRun() || isConfigured(config)) {
            Quarkus.run(arguments);
            return;
        }
        Path directory = Path.of(config.getOptionalValue("tidegate.embedded.directory", String.class)
                .orElse(".tidegate"));
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            configure(config, server);
            runBefore(server, arguments);
        }
    }

    /** The build runs main once to record classes; no database may start then. */
    private static boolean trainingRun() {
        return Boolean.getBoolean("quarkus.appcds.generate");
    }

    private static boolean isConfigured(Config config) {
        return given(config, "tidegate.database.url").isPresent()
                || given(config, "quarkus.datasource.reactive.url").isPresent();
    }

    private static void configure(Config config, EmbeddedPostgres server) {
        server.ensureDatabase("tidegate");
        System.setProperty(EMBEDDED, server.directory().toString());
        System.setProperty("tidegate.database.url", server.url("tidegate"));
        System.setProperty("tidegate.database.username", server.username());
        System.setProperty("tidegate.database.password", server.password());
        for (DemoStore store : DemoStore.values()) {
            String prefix = "tidegate.stores." + store.label();
            server.ensureDatabase(store.label());
            if (given(config, prefix + ".url").isEmpty()) {
                System.setProperty(prefix + ".url", server.url(store.label()));
                System.setProperty(prefix + ".username", server.username());
                System.setProperty(prefix + ".password", server.password());
            }
        }
    }

    /**
     * Quarkus leaves by {@code System.exit}, or is told to by a signal; either way the shutdown hooks run, all at once. This
     * one waits for the application to be gone before it takes the database away. (If it never came to that, the server
     * would still end with the process.)
     */
    private static void runBefore(EmbeddedPostgres server, String... arguments) {
        Thread last = new Thread(() -> stopAfterApplication(server), "stop embedded PostgreSQL");
        Runtime.getRuntime().addShutdownHook(last);
        Quarkus.run(arguments);
        try {
            Runtime.getRuntime().removeShutdownHook(last);
        } catch (IllegalStateException goingDown) {
            // the hook does it
        }
    }

    private static void stopAfterApplication(EmbeddedPostgres server) {
        @Nullable Application application = Application.currentApplication();
        if (application != null) {
            try {
                Thread.ofVirtual().start(application::awaitShutdown).join(PATIENCE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        server.close();
    }

    private static Optional<String> given(Config config, String name) {
        return config.getOptionalValue(name, String.class).filter(text -> !text.isBlank());
    }
}
