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

    /** Between two looks whether the model file has another content, which is served then if it is valid; 0: none. */
    @WithDefault("10s")
    Duration modelCheck();

    Embedded embedded();

    /** The gateway's own database. Without its URL PostgreSQL is embedded. */
    Database database();

    /** The data stores that models name. */
    @WithDefaults
    Map<String, Store> stores();

    /** Who may call when no identity provider is configured (HTTP Basic). */
    Map<String, User> users();

    Identity identity();

    Tls tls();

    Prober prober();

    Circuit circuit();

    Limits limits();

    Intake intake();

    Apply apply();

    Queue queue();

    Parking parking();

    Files files();

    Changes changes();

    Traces traces();

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

        /** After how long a statement sent to it counts as lost, and a probe as failed. */
        @WithDefault("3s")
        Duration timeout();
    }

    interface Store {
        /** As {@link Database#url()}. The demo's stores fall back to the gateway's database. */
        Optional<String> url();

        Optional<String> username();

        Optional<String> password();

        Pool pool();

        /** Whether the gateway itself makes what it needs in the store, or a DBA does by what {@code store-ddl} prints. */
        @WithDefault("install")
        Schema schema();
    }

    enum Schema {
        INSTALL,
        VERIFY
    }

    interface Pool {
        /** Connections for live calls, and as many calls at a time. */
        @WithDefault("8")
        int maxSize();

        /** Connections for applying batches, besides. */
        @WithDefault("8")
        int applySize();

        /** How many statements may be under way on one connection; 1 behind a proxy that cannot (PgBouncer). */
        @WithDefault("16")
        int pipelining();

        @WithDefault("2s")
        Duration connectTimeout();

        @WithDefault("5m")
        Duration idleTimeout();

        /**
         * The server's own limit on one statement of a live call, after which it cancels it. Absent: a little less than
         * {@link Limits#readTimeout()}; zero: none is set.
         */
        Optional<Duration> statementTimeout();

        /** Live calls that may wait until another one ends; more are refused at once. */
        @WithDefault("128")
        int maxWaiting();

        /** The longest that one waits. */
        @WithDefault("2s")
        Duration waitTimeout();

        /** How many live calls may be streams, each of which holds a connection; absent: half of {@link #maxSize()}. */
        Optional<Integer> maxStreams();
    }

    interface User {
        String password();

        /** Roles of the model, and {@code operator} for the gateway's own. */
        Optional<List<String>> roles();
    }

    /** Of the TLS port, whose keys are configured as {@code quarkus.tls.*}. */
    interface Tls {
        /** What a client has to show. */
        @WithDefault("none")
        ClientCertificates.Wanted clientCertificates();
    }

    /** Of identity providers, which are configured as {@code quarkus.oidc.*}. */
    interface Identity {
        /**
         * Whether several of them name the same people alike. Otherwise the callers of all but the first are known as {@code
         * provider/name}, so that a name that two providers give to two people is not one caller.
         */
        @WithDefault("false")
        boolean sharedNames();
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

    /** When calls to a store that fails are not sent any more. */
    interface Circuit {
        /** How many of the last calls it looks at. */
        @WithDefault("20")
        int window();

        /** It opens when this part of them has failed. */
        @WithDefault("0.5")
        double failureRatio();

        /** For how long no call is sent; then one tries. */
        @WithDefault("5s")
        Duration openFor();
    }

    interface Limits {
        /** Bytes of a request body, after decompression too. */
        @WithDefault("10M")
        MemorySize body();

        /** Operations of a batch. */
        @WithDefault("10000")
        int operations();

        /** Bytes of bodies that are being read or worked on, over all requests; absent: an eighth of the heap. */
        Optional<MemorySize> bodies();

        /** Batches that may wait to be applied, in all. */
        @WithDefault("1000000")
        long queue();

        /** Bytes of them. */
        @WithDefault("10G")
        MemorySize queueBytes();

        /** Batches of one client that may wait, counted from its oldest that is not settled. */
        @WithDefault("10000")
        long queuePerClient();

        /** Bytes of them. */
        @WithDefault("256M")
        MemorySize queuePerClientBytes();

        /** Bytes of an uploaded file, which is in memory when it is applied. */
        @WithDefault("16M")
        MemorySize file();

        /** Bytes of the files of one caller that are kept at a time. */
        @WithDefault("1G")
        MemorySize filesPerCaller();

        /** Bytes of all files that are kept at a time. */
        @WithDefault("10G")
        MemorySize files();

        /** Objects of one page. */
        @WithDefault("10000")
        int page();

        /** How long a live read waits for its store before it answers {@code store-timeout}. */
        @WithDefault("10s")
        Duration readTimeout();

        /** How long one statement of a download may take before its store counts as not available. */
        @WithDefault("30s")
        Duration pullTimeout();

        /** How long a live write waits for its store before it answers {@code store-timeout}. */
        @WithDefault("10s")
        Duration writeTimeout();

        /** How long the answer to a live write with an {@code Idempotency-Key} is remembered; a day at least. */
        @WithDefault("48h")
        Duration answersKept();

        /** How long a client of a stream may take nothing before the stream is broken off. */
        @WithDefault("30s")
        Duration streamStall();

        /** Calls under way at a time, listeners not counted. */
        @WithDefault("5000")
        int calls();

        /** Calls of one caller in a second; absent: no limit. */
        Optional<Integer> callerRate();

        /** How many of them at once, after a pause; absent: those of ten seconds. */
        Optional<Integer> callerBurst();

        /** Calls from one address in a second; absent: no limit. */
        Optional<Integer> addressRate();

        /** How many of them at once, after a pause; absent: those of ten seconds. */
        Optional<Integer> addressBurst();
    }

    /** Batches that are sent at the same time are made durable by one commit. */
    interface Intake {
        /** How long a group waits for company, if the one before it had some; what arrives during a commit goes together anyway. */
        @WithDefault("0")
        Duration linger();

        /** The most batches of a group. */
        @WithDefault("128")
        int groupSize();

        /** The most bytes of a group. */
        @WithDefault("4M")
        MemorySize groupBytes();

        /** How many groups may be under way at once. */
        @WithDefault("2")
        int groups();
    }

    /** Batches of different clients are applied by groups, one transaction each; how many at a time is the pools' matter. */
    interface Apply {
        /** The most batches of a group. */
        @WithDefault("64")
        int groupSize();

        /** The most operations of a group of several. */
        @WithDefault("2000")
        int groupOperations();

        /** A batch of more operations goes alone. */
        @WithDefault("500")
        int alone();
    }

    interface Queue {
        /** How long outcomes, and the ids of batches, are kept after they are settled; at least 90 days. */
        @WithDefault("90d")
        Duration retention();
    }

    interface Parking {
        /**
         * How long an operation waits for an object that it refers to and that is not there, and longer while what was
         * accepted in that time has not had its turn; zero: not at all.
         */
        @WithDefault("10m")
        Duration patience();
    }

    /** For how long uploaded files are kept that nothing waits for. */
    interface Files {
        /** An upload that was broken off, after its last piece. */
        @WithDefault("1d")
        Duration incomplete();

        /** A file that no batch refers to. */
        @WithDefault("7d")
        Duration unused();

        /** A file whose operations are settled. */
        @WithDefault("1h")
        Duration settled();
    }

    /** The change logs of the stores, and the hints that there is something in them. */
    interface Changes {
        /** How far back they reach: how long a client may stay away and still pull only what changed. In whole weeks, rounded up. */
        @WithDefault("30d")
        Duration retention();

        /** Clients that may listen for hints at a time, on one replica. */
        @WithDefault("10000")
        int listeners();

        /** After how long a listener hears that the connection is still there; then its caller is looked up anew, too. */
        @WithDefault("20s")
        Duration heartbeat();
    }

    /** Spans of what is done, for a tracing system. */
    interface Traces {
        /** Where they are sent, as OTLP over HTTP; {@code /v1/traces} is added. Absent: none are made. */
        Optional<String> endpoint();

        /** Which part of the calls is recorded whose caller does not say; 0 to 1. */
        @WithDefault("0.1")
        double ratio();

        /** Headers of what is sent. */
        Map<String, String> headers();
    }
}
