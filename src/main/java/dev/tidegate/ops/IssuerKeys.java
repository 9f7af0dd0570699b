package dev.tidegate.ops;

import io.quarkus.oidc.runtime.OidcConfig;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether the identity providers have told by which keys they sign. Quarkus asks them at the start, and then when somebody calls; nobody calls a
 * gateway that is unready, so those that have not answered yet are asked again and again.
 */
@Singleton
final class IssuerKeys {
    private static final long AGAIN_MILLIS = 5_000;

    private final Issuers issuers;
    private final TenantConfigBean tenants;

    IssuerKeys(Issuers issuers, TenantConfigBean tenants) {
        this.issuers = issuers;
        this.tenants = tenants;
    }

    void ask(@Observes StartupEvent start, Clockwork clock) {
        if (issuers.areConfigured()) {
            clock.every(AGAIN_MILLIS, this::askAgain);
        }
    }

    /** By the address of each. */
    Map<String, Boolean> known() {
        Map<String, Boolean> known = new TreeMap<>();
        issuers.addresses()
                .forEach((name, address) -> known.put(address, context(name).ready()));
        return known;
    }

    private void askAgain() {
        issuers.addresses().keySet().stream()
                .map(this::context)
                .filter(context -> !context.ready())
                .forEach(context -> context.initialize().subscribe().with(_ -> {}, _ -> {}));
    }

    private TenantConfigContext context(String name) {
        return name.equals(OidcConfig.DEFAULT_TENANT_KEY) ? tenants.getDefaultTenant() : tenants.getStaticTenant(name);
    }
}
