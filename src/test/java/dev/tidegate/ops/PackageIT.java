package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package that the image is made of: what it says of its parts, and that the JVM can keep it ready. */
class PackageIT {
    private static final Path JAR = Path.of(Objects.requireNonNull(System.getProperty("gateway.jar"), "gateway.jar"))
            .toAbsolutePath();
    private static final Path APP = Objects.requireNonNull(JAR.getParent());

    @Nested
    class Its_bill_of_materials {
        private final JsonNode bill = read();

        private static JsonNode read() {
            try {
                return new ObjectMapper()
                        .readTree(APP.resolve("tidegate.cdx.json").toFile());
            } catch (IOException missing) {
                throw new AssertionError(missing);
            }
        }

        private Map<String, String> libraries() {
            Map<String, String> libraries = new TreeMap<>();
            for (JsonNode component : bill.path("components")) {
                if (component.path("type").asText().equals("library")) {
                    libraries.put(sha256(component), component.path("purl").asText());
                }
            }
            return libraries;
        }

        private static String sha256(JsonNode component) {
            for (JsonNode hash : component.path("hashes")) {
                if (hash.path("alg").asText().equals("SHA-256")) {
                    return hash.path("content").asText();
                }
            }
            throw new AssertionError("no hash: " + component);
        }

        @Test
        void is_of_cyclonedx_and_of_this_application() {
            assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
            assertThat(bill.at("/metadata/component/type").asText()).isEqualTo("application");
            assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("tidegate");
        }

        @Test
        void names_each_jar_of_the_package_by_its_hash_and_nothing_else() throws Exception {
            Set<String> hashes = new TreeSet<>();
            try (Stream<Path> jars = Files.walk(APP.resolve("lib"))) {
                for (Path jar : jars.filter(Files::isRegularFile).toList()) {
                    hashes.add(hash(jar));
                }
            }
            assertThat(libraries().keySet()).isEqualTo(hashes).hasSizeGreaterThan(100);
            assertThat(libraries().values())
                    .anyMatch(name -> name.startsWith("pkg:maven/io.vertx/vertx-core@"))
                    .anyMatch(name -> name.startsWith("pkg:maven/io.vertx/vertx-pg-client@"))
                    .anyMatch(name -> name.startsWith("pkg:maven/org.postgresql/postgresql@"));
        }

        @Test
        void is_the_same_in_each_build_of_a_state() throws IOException {
            Matcher time = Pattern.compile("<project.build.outputTimestamp>([^<]+)<")
                    .matcher(Files.readString(Path.of("pom.xml")));
            assertThat(time.find()).isTrue();
            assertThat(bill.at("/metadata/timestamp").asText()).isEqualTo(time.group(1));
            assertThat(bill.has("serialNumber")).isFalse();
        }

        private static String hash(Path file) throws IOException, NoSuchAlgorithmException {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        }
    }

    /** By a command, which needs no database; a gateway's own cache is made when an image is built. */
    @Nested
    class An_aot_cache {
        private static final String SERIAL = "-XX:+UseSerialGC";

        @Test
        void is_made_of_it_used_and_done_without_where_it_does_not_fit(@TempDir Path folder) throws Exception {
            Path cache = folder.resolve("tidegate.aot");
            Path loaded = folder.resolve("loaded.txt");

            assertThat(validate(folder, SERIAL, "-XX:AOTCacheOutput=" + cache)).contains("is valid");
            assertThat(validate(
                            folder,
                            SERIAL,
                            "-XX:AOTCache=" + cache,
                            "-XX:AOTMode=on",
                            "-Xlog:class+load:file=" + loaded))
                    .contains("is valid");
            assertThat(Files.readAllLines(loaded))
                    .anyMatch(line -> line.contains("dev.tidegate.model.ModelReader source: shared objects file"));
            assertThat(validate(folder, SERIAL, "-XX:+UseCompactObjectHeaders", "-XX:AOTCache=" + cache))
                    .contains("is valid");
        }

        /** What it printed; the options of the image come first. */
        private static String validate(Path folder, String... options) throws IOException, InterruptedException {
            Path model = Files.writeString(folder.resolve("model.yaml"), Demo.model());
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.add("@" + Path.of("src", "main", "docker", "java.options").toAbsolutePath());
            command.addAll(List.of(options));
            command.addAll(List.of("-jar", JAR.toString(), "validate", model.toString()));
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        }
    }
}
