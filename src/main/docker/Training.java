import dev.tidegate.ops.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the AOT cache of a packaged gateway: runs it on an embedded PostgreSQL, asks of it what devices, browsers and
 * orchestrators ask, and stops it, at which the JVM writes down the classes that it had loaded and linked and what it knows
 * of its methods. Then the gateway is started once more in the mode in which a cache that does not fit ends the JVM.
 *
 * <p>Run from source, with the whole package on the class path (Dockerfile.jvm); a cache fits only the JVM, the options and the
 * class path that it was made with. {@code APP} is the folder that is trained, which need not carry PostgreSQL itself:
 *
 * <pre>java -cp 'app/*:lib/main/*:…' Training.java APP CACHE ROUNDS JAVA OPTION…</pre>
 */
final class Training {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern STRING = Pattern.compile("\"(?:cursor|next)\":\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path app;
    private final List<String> java;
    private final Path folder = Files.createTempDirectory("training");
    private final int port = freePort();
    private final int management = freePort();

    private Training(Path app, List<String> java) throws IOException {
        this.app = app.toAbsolutePath();
        this.java = java;
    }

    public static void main(String... arguments) throws Exception {
        Path cache = Path.of(arguments[1]).toAbsolutePath();
        new Training(Path.of(arguments[0]), List.of(arguments).subList(3, arguments.length))
                .make(cache, Integer.parseInt(arguments[2]));
    }

    private void make(Path cache, int rounds) throws Exception {
        long began = System.nanoTime();
        try (EmbeddedPostgres database = EmbeddedPostgres.start(folder.resolve("postgres"))) {
            database.ensureDatabase("tidegate");
            // The first start migrates and seeds, which no later one does: it is not what is trained.
            stop(started(database, List.of()));
            Process gateway = started(database, training("-XX:AOTCacheOutput=" + cache));
            for (int round = 0; round < rounds; round++) {
                calls(round == 0);
            }
            stop(gateway);
            if (!Files.isRegularFile(cache)) {
                throw new IllegalStateException("no cache was written:\n" + said());
            }
            long trained = System.nanoTime();
            Process fast = started(database, List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on"));
            System.out.printf(
                    "%s: %d MiB, in %d s; ready with it after %d ms%n",
                    cache,
                    Files.size(cache) >> 20,
                    TimeUnit.NANOSECONDS.toSeconds(trained - began),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - trained));
            stop(fast);
        }
    }

    /**
     * Without the adapters of calling conventions: JDK 25.0.3 mixes up two of ours and tells so in two lines at each start. Each start
     * makes those that it needs.
     */
    private static List<String> training(String output) {
        return List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", output);
    }

    private Process started(EmbeddedPostgres database, List<String> options) throws Exception {
        List<String> command = new ArrayList<>(java);
        command.addAll(options);
        command.addAll(List.of("-Xmx512m", "-jar", app.resolve("quarkus-run.jar").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(management),
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true",
                "TIDEGATE_DATABASE_URL", database.url("tidegate"),
                "TIDEGATE_DATABASE_USERNAME", database.username(),
                "TIDEGATE_DATABASE_PASSWORD", database.password(),
                "TIDEGATE_USERS_ADA_PASSWORD", "ada",
                "TIDEGATE_USERS_ADA_ROLES", "Engineer",
                "TIDEGATE_USERS_OTTO_PASSWORD", "otto"));
        builder.environment().put("TIDEGATE_USERS_OTTO_ROLES", "operator");
        Process process = builder.start();
        // Whatever happens here, nothing is left behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new IllegalStateException("the gateway did not become ready:\n" + said());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return process;
    }

    /** What is asked of a gateway, each with the status that it must be answered by: a call that fails would train nothing. */
    private void calls(boolean first) throws Exception {
        String api = "http://127.0.0.1:" + port;
        String profile = api + "/v1/profiles/NativeMobile";
        String client = UUID.randomUUID().toString();
        String tag = Integer.toString(800_000_000 + (int) (System.nanoTime() & 0xFFFFFFF));

        get(200, api + "/v1/profiles");
        get(200, profile);
        get(200, api + "/v1/connectivity?profile=NativeMobile");
        get(200, profile + "/objects/FieldService.StockLevel?constraint="
                + "%5BFieldService.StockLevel_Site/FieldService.Site/Region%20=%20'North'%5D"
                + "&sort=Quantity%20desc&limit=5&count=true&expand=FieldService.StockLevel_Site");
        String page = get(200, profile + "/objects/FieldService.Site?sort=City&limit=20");
        get(200, profile + "/objects/FieldService.Site?sort=City&limit=20&after=" + found(page));
        get(200, profile + "/objects/FieldService.Site/" + id(page));
        get(200, profile + "/aggregates/FieldService.StockLevel?function=sum&attribute=Quantity");
        get(400, profile + "/objects/FieldService.StockLevel?constraint=%5BNmae%20=%20'x'%5D");
        get(404, profile + "/objects/FieldService.Site/" + UUID.randomUUID());
        post(200, profile + "/ids", "{\"client\":\"%s\",\"entity\":\"FieldService.Tag\",\"count\":10}".formatted(client));
        String batch = """
                {"batchId":"%s","clientId":"%s","operations":[
                 {"op":"create","entity":"FieldService.Tag","id":"%s","attributes":{"Label":"trained"}},
                 {"op":"update","entity":"FieldService.Tag","id":"%s","attributes":{"Label":"again"}},
                 {"op":"delete","entity":"FieldService.Tag","id":"%s"},
                 {"op":"update","entity":"FieldService.StockLevel","id":"%s","attributes":{"Quantity":3}}]}
                """;
        String sent = batch.formatted(UUID.randomUUID(), client, tag, tag, tag, UUID.randomUUID());
        post(202, profile + "/batches?wait=10", sent);
        post(202, profile + "/batches?wait=10", sent);
        get(200, profile + "/clients/" + client);
        get(200, profile + "/errors?client=" + client);
        String pulled = get(200, profile + "/changes?client=" + client + "&entities=FieldService.Tag", "application/json");
        String cursor = found(pulled);
        get(200, profile + "/changes?client=" + client + "&entities=FieldService.Tag&since=" + cursor);
        post(200, profile + "/sync", "{\"client\":\"%s\",\"since\":\"%s\",\"entities\":[\"FieldService.Tag\"],\"batch\":%s}"
                .formatted(client, cursor, batch.formatted(UUID.randomUUID(), client, tag, tag, tag, UUID.randomUUID())));
        put(201, profile + "/files/" + UUID.randomUUID(), new byte[100_000]);
        if (first) {
            get(200, profile + "/changes?client=" + client);
            get(200, api + "/q/openapi");
            get(200, api + "/problems");
            get(200, api + "/v1/model.schema.json");
            events(profile + "/changes/events?client=" + client);
        }
        get(200, api + "/admin/dead-letters", "application/json", "otto");
        get(200, api + "/admin/stores", "application/json", "otto");
        for (String check : List.of("started", "ready", "live")) {
            get(200, "http://127.0.0.1:" + management + "/q/health/" + check);
        }
        get(200, "http://127.0.0.1:" + management + "/q/metrics");
    }

    private String get(int expected, String address) throws Exception {
        return get(expected, address, "*/*");
    }

    private String get(int expected, String address, String accepted) throws Exception {
        return get(expected, address, accepted, "ada");
    }

    private String get(int expected, String address, String accepted, String user) throws Exception {
        return sent(expected, request(address, user).header("Accept", accepted).GET());
    }

    private String post(int expected, String address, String json) throws Exception {
        return sent(
                expected,
                request(address, "ada")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)));
    }

    private void put(int expected, String address, byte[] bytes) throws Exception {
        sent(expected, request(address, "ada").PUT(BodyPublishers.ofByteArray(bytes)));
    }

    /** Listens until the first line has come. */
    private void events(String address) throws Exception {
        HttpRequest request = request(address, "ada").header("Accept", "text/event-stream").build();
        try (var lines = http.send(request, BodyHandlers.ofInputStream()).body()) {
            lines.read();
        }
    }

    private static HttpRequest.Builder request(String address, String user) {
        String login = Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(address))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + login);
    }

    private String sent(int expected, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IllegalStateException(
                    response.request() + ": " + response.statusCode() + " rather than " + expected + "\n" + response.body());
        }
        return response.body();
    }

    private static String found(String answer) {
        Matcher matcher = STRING.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException("no cursor: " + answer);
        }
        return matcher.group(1);
    }

    private static String id(String page) {
        Matcher matcher = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(page);
        if (!matcher.find()) {
            throw new IllegalStateException("no object: " + page);
        }
        return matcher.group(1);
    }

    private boolean isReady() throws InterruptedException {
        try {
            URI ready = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
            return http.send(HttpRequest.newBuilder(ready).timeout(PATIENCE).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** As an orchestrator does; the cache is written before the process is gone. */
    private void stop(Process gateway) throws Exception {
        gateway.destroy();
        if (!gateway.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            gateway.destroyForcibly();
            throw new IllegalStateException("the gateway did not stop:\n" + said());
        }
    }

    private Path log() {
        return folder.resolve("gateway.log");
    }

    private String said() throws IOException {
        return Files.readString(log());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
