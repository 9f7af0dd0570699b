package dev.tidegate.ops;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is the gateway's own to configure, under {@code tidegate.}; as environment variables in capitals with
 * underscores ({@code TIDEGATE_DATABASE_URL}). {@code src/docs/operations.md} lists the same for operators.
 */
@ConfigMapping(prefix = "tidegate")
public interface TidegateConfig {

    /** Path of the model file; absent: the built-in demo. */
    Optional<String> model();

    Embedded embedded();

    /** The gateway's own database. Without its URL PostgreSQL is embedded. */
    Database database();

    /** The data stores that the model names. */
    @WithDefaults
    Map<String, Store> stores();

    /** Who may call when no identity provider is configured (HTTP Basic). */
    Map<String, User> users();

    Prober prober();

    Limits limits();

    Cursor cursor();

    interface Cursor {
        /** Signs the cursors of pages. Absent: a random one, kept in the gateway's database. */
        Optional<String> secret();
    }

    interface Embedded {
        /** Where the embedded PostgreSQL keeps its data; one gateway at a time. */
        @WithDefault(".tidegate")
        String directory();
    }

    interface Database {
        /** {@code postgresql://[user[:password]@]host[:port]/database[?sslmode=…]}. */
        Optional<String> url();

        Optional<String> username();

        Optional<String> password();

        /** After how long a query to it counts as lost. */
        @WithDefault("3s")
        Duration timeout();
    }

    interface Store {
        /** As {@link Database#url()}. Store {@code field} of the demo falls back to the gateway's database. */
        Optional<String> url();

        Optional<String> username();

        Optional<String> password();

        Pool pool();
    }

    interface Pool {
        @WithDefault("8")
        int maxSize();

        /** How many statements may be under way on one connection; 1 behind a proxy that cannot (PgBouncer). */
        @WithDefault("16")
        int pipelining();

        @WithDefault("2s")
        Duration connectTimeout();

        @WithDefault("5m")
        Duration idleTimeout();

        /** The server's limit on one statement, longer than any the gateway sets itself. */
        Optional<Duration> statementTimeout();

        /** How many streams may run at a time, each on a connection besides; absent: half of {@link #maxSize()}. */
        Optional<Integer> maxStreams();
    }

    interface User {
        String password();

        /** Roles of the model, and {@code operator} for the gateway's own. */
        Optional<List<String>> roles();
    }

    interface Prober {
        /** Between two probes of a store, give or take a tenth. */
        @WithDefault("2s")
        Duration interval();

        /** A store that does not answer a probe within it counts as failing. */
        @WithDefault("1s")
        Duration timeout();

        /** So many failures in a row make a store suspect: it is still asked. */
        @WithDefault("1")
        int suspectAfter();

        /** So many failures in a row make it down: calls to it are refused at once. */
        @WithDefault("3")
        int downAfter();

        /** So many successes in a row make it up again. */
        @WithDefault("1")
        int upAfter();
    }

    interface Limits {
        /** Bytes of a request body, after decompression too. */
        @WithDefault("10M")
        MemorySize body();

        /** Operations of a batch. */
        @WithDefault("10000")
        int operations();

        /** Objects of one page. */
        @WithDefault("10000")
        int page();

        /** How long a live read waits for its store before it answers {@code store-timeout}. */
        @WithDefault("10s")
        Duration readTimeout();

        /** How long a client of a stream may take nothing before the stream is broken off. */
        @WithDefault("30s")
        Duration streamStall();
    }
}
