package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Keys;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** TLS, with certificates of clients, and certificates that are replaced while the gateway runs. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(TlsTest.Encrypted.class)
class TlsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Keys KEYS = new Keys(Path.of("target", "tls-test").toAbsolutePath());

    /** As an operator configures it. */
    public static final class Encrypted implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            KEYS.make("server")
                    .make("phone")
                    .make("stranger")
                    .trust("clients", "phone")
                    .trust("servers", "server");
            return Map.of(
                    "quarkus.http.tls-configuration-name", "gateway",
                    "quarkus.http.test-ssl-port", "0",
                    "quarkus.http.insecure-requests", "enabled",
                    "quarkus.tls.gateway.key-store.p12.path",
                            KEYS.file("server").toString(),
                    "quarkus.tls.gateway.key-store.p12.password", Keys.PASSWORD,
                    "quarkus.tls.gateway.trust-store.p12.path",
                            KEYS.file("clients").toString(),
                    "quarkus.tls.gateway.trust-store.p12.password", Keys.PASSWORD,
                    "quarkus.tls.gateway.reload-period", "30s",
                    "tidegate.tls.client-certificates", "required");
        }
    }

    @Inject
    TlsConfigurationRegistry registry;

    @Inject
    Event<CertificateUpdatedEvent> updated;

    @TestHTTPResource(value = "/v1/profiles", tls = true)
    @SuppressWarnings("NullAway.Init")
    URI profiles;

    @Test
    void a_client_with_a_certificate_is_served_and_told_to_stay_with_tls() throws Exception {
        HttpResponse<String> answer = call(KEYS.client("servers", "phone"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
    }

    @Test
    void a_client_without_a_certificate_or_with_a_strangers_gets_no_connection() {
        assertThatThrownBy(() -> call(KEYS.client("servers"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> call(KEYS.client("servers", "stranger"))).isInstanceOf(IOException.class);
    }

    @Test
    void a_certificate_that_is_replaced_is_shown_without_a_restart() throws Exception {
        SSLContext before = KEYS.client("servers", "phone");
        assertThat(isServed(before)).isTrue();

        KEYS.make("server").trust("servers", "server");
        SSLContext after = KEYS.client("servers", "phone");
        // What the framework does by itself every reload-period.
        TlsConfiguration gateway = registry.get("gateway").orElseThrow();
        assertThat(gateway.reload()).isTrue();
        updated.fire(new CertificateUpdatedEvent("gateway", gateway));

        Until.holds("the new certificate", SOON, () -> isServed(after));
        assertThat(isServed(before)).isFalse();
        assertThatThrownBy(() -> call(KEYS.client("servers"))).isInstanceOf(IOException.class);
    }

    private boolean isServed(SSLContext context) {
        try {
            return call(context).statusCode() == 200;
        } catch (IOException notTrusted) {
            return false;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private HttpResponse<String> call(SSLContext context) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context).connectTimeout(SOON).build()) {
            String credentials = Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.UTF_8));
            return client.send(
                    HttpRequest.newBuilder(profiles)
                            .timeout(SOON)
                            .header("Authorization", "Basic " + credentials)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
