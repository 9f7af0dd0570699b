package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.api.ReloadedGateway.Shop;
import dev.tidegate.edition.Editions;
import dev.tidegate.edition.ModelContent;
import dev.tidegate.edition.ModelLoading;
import dev.tidegate.testing.CapturedLog;
import dev.tidegate.testing.Until;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another model while the gateway runs, which looks at its file by itself. */
@QuarkusTest
@TestProfile(ReloadedGateway.Watched.class)
class ModelWatchTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Editions editions;

    @BeforeEach
    void theUsualShop() {
        ReloadedGateway.replace(Shop.USUAL.text());
        isServed(Shop.USUAL);
    }

    private void isServed(Shop shop) {
        String version = version(shop);
        Until.holds(
                "version " + version, SOON, () -> editions.current().version().equals(version));
        assertThat(given().get("/v1/connectivity").header("Tidegate-Model")).isEqualTo(version);
    }

    private static String version(Shop shop) {
        return ModelLoading.of(ModelContent.of("", shop.text()))
                .rulebook()
                .orElseThrow()
                .model()
                .version();
    }

    @Test
    void a_file_that_is_replaced_is_served_soon() {
        ReloadedGateway.replace(Shop.USUAL.withNote().text());
        isServed(Shop.USUAL.withNote());
        assertThat(given().auth()
                        .preemptive()
                        .basic("otto", "otto")
                        .get("/admin/model")
                        .<String>path("lastAttempt.by"))
                .isEqualTo("file");
    }

    @Test
    void so_is_one_that_is_reached_by_links_as_kubernetes_mounts_a_config_map() throws IOException {
        Path folder = Objects.requireNonNull(ReloadedGateway.file().getParent());
        version(folder, "..one", Shop.USUAL);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Files.deleteIfExists(ReloadedGateway.file());
        Files.createSymbolicLink(ReloadedGateway.file(), Path.of("..data", "model.yaml"));
        isServed(Shop.USUAL);

        version(folder, "..two", Shop.USUAL.withNote());
        Files.createSymbolicLink(folder.resolve("..next"), Path.of("..two"));
        Files.move(folder.resolve("..next"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        isServed(Shop.USUAL.withNote());
    }

    private static void version(Path folder, String name, Shop shop) throws IOException {
        Files.createDirectory(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve("model.yaml"), shop.text());
    }

    @Test
    void one_that_cannot_be_served_is_told_once_and_is_over_when_it_is_put_right() {
        try (CapturedLog log = CapturedLog.of("dev.tidegate")) {
            ReloadedGateway.replace("modules: {}\n");
            Until.holds("refused", SOON, () -> refused() == 1);
            Until.pause(Duration.ofSeconds(1));
            assertThat(log.lines().stream().filter(line -> line.contains("cannot be served")))
                    .singleElement()
                    .asString()
                    .contains("missing-key")
                    .contains(version(Shop.USUAL));
        }
        assertThat(editions.current().version()).isEqualTo(version(Shop.USUAL));
        ReloadedGateway.replace(Shop.USUAL.text());
        Until.holds("put right", SOON, () -> refused() == 0);
    }

    private static int refused() {
        return given().port(ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class))
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("tidegate_model_refused "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
