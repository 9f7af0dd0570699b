package dev.tidegate.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as {@link Gateway} has it, but without users: two identity providers say who calls, the first one and one that is
 * configured as {@code partner}. A field of type {@code TokenGateway} of the test gets this.
 */
public final class TokenGateway implements QuarkusTestResourceLifecycleManager {
    private final Gateway gateway = new Gateway();
    private @Nullable Issuer own;
    private @Nullable Issuer partner;

    public Issuer own() {
        return started(own);
    }

    public Issuer partner() {
        return started(partner);
    }

    private static Issuer started(@Nullable Issuer issuer) {
        if (issuer == null) {
            throw new IllegalStateException("not started");
        }
        return issuer;
    }

    @Override
    public Map<String, String> start() {
        own = Issuer.start(
                Map.of("ada", List.of("Engineer"), "dora", List.of("Dispatcher"), "otto", List.of("operator")));
        partner = Issuer.start(Map.of("ada", List.of("Engineer")));
        Map<String, String> configuration = new HashMap<>(gateway.start());
        configuration.keySet().removeIf(name -> name.startsWith("tidegate.users."));
        configuration.put("quarkus.oidc.auth-server-url", own().url());
        configuration.put("quarkus.oidc.token.audience", Issuer.AUDIENCE);
        configuration.put("quarkus.oidc.roles.role-claim-path", "realm_access/roles");
        configuration.put("quarkus.oidc.token.forced-jwk-refresh-interval", "1s");
        configuration.put("quarkus.oidc.partner.auth-server-url", partner().url());
        configuration.put("tidegate.changes.heartbeat", "1s");
        return configuration;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(TokenGateway.class));
    }

    @Override
    public void stop() {
        gateway.stop();
        started(own).close();
        started(partner).close();
    }
}
