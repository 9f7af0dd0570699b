package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Issuer;
import dev.tidegate.testing.Until;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that starts while its identity provider is away. */
class IdentityIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Map<String, List<String>> PEOPLE = Map.of("ada", List.of("Engineer"));

    @TempDir
    Path directory;

    @Test
    void it_is_unready_and_says_why_until_the_provider_is_there_and_by_itself_ready_then() throws Exception {
        String url;
        String token;
        try (Issuer before = Issuer.start(PEOPLE)) {
            url = before.url();
            token = before.token("ada", List.of("Engineer"), _ -> {});
        }
        Map<String, String> configuration = Map.of(
                "tidegate.embedded.directory",
                directory.toString(),
                "quarkus.oidc.auth-server-url",
                url,
                "quarkus.oidc.token.audience",
                Issuer.AUDIENCE,
                "quarkus.oidc.roles.role-claim-path",
                "realm_access/roles");
        try (GatewayProcess gateway = new GatewayProcess("identity", configuration);
                HttpClient http = HttpClient.newHttpClient()) {
            Files.deleteIfExists(gateway.log());
            gateway.launch();
            Until.holds("it is started", SOON, () -> gateway.health("started") == 200);

            HttpResponse<String> early = profiles(http, gateway, token);
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(early.body()).contains("identity-unavailable");
            assertThat(early.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(gateway.health("ready")).isEqualTo(503);
            assertThat(gateway.health("live")).isEqualTo(200);

            try (Issuer issuer = Issuer.start(PEOPLE, URI.create(url).getPort())) {
                gateway.awaitReady(SOON);
                assertThat(profiles(http, gateway, issuer.token("ada", List.of("Engineer"), _ -> {}))
                                .statusCode())
                        .isEqualTo(200);
            }
            assertThat(gateway.health("ready"))
                    .as("keys that are known stay known")
                    .isEqualTo(200);
            assertThat(Files.readAllLines(gateway.log())).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    private static HttpResponse<String> profiles(HttpClient http, GatewayProcess gateway, String token)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(gateway.at("/v1/profiles"))
                        .header("Authorization", "Bearer " + token)
                        .timeout(SOON)
                        .build(),
                BodyHandlers.ofString());
    }
}
