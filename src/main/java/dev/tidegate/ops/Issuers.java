package dev.tidegate.ops;

import io.quarkus.oidc.runtime.OidcConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The identity providers that the configuration names ({@code quarkus.oidc.*}): their bearer tokens tell who calls. */
@Singleton
final class Issuers {
    private final Map<String, OidcTenantConfig> issuers = new TreeMap<>();

    Issuers(OidcConfig config) {
        config.namedTenants().forEach((name, tenant) -> {
            if (isUsed(tenant)) {
                issuers.put(name, tenant);
            }
        });
    }

    private static boolean isUsed(OidcTenantConfig tenant) {
        return tenant.tenantEnabled()
                && (tenant.authServerUrl().isPresent() || tenant.publicKey().isPresent());
    }

    boolean areConfigured() {
        return !issuers.isEmpty();
    }

    /** The name of each for Quarkus, with its address. */
    Map<String, String> addresses() {
        Map<String, String> addresses = new TreeMap<>();
        issuers.forEach((name, tenant) -> addresses.put(name, address(tenant)));
        return addresses;
    }

    /** A token that was made for somebody else must not open anything here, so each issuer has to say for whom its tokens are. */
    void check() {
        issuers.forEach((name, tenant) -> {
            if (tenant.token().audience().filter(all -> !all.isEmpty()).isEmpty()) {
                throw new StartRefused("The identity provider " + address(tenant)
                        + " is configured without an audience, so that tokens made for others would be taken. Set "
                        + prefix(name) + "token.audience to what its tokens for this gateway have in 'aud'.");
            }
        });
    }

    private static String prefix(String name) {
        return name.equals(OidcConfig.DEFAULT_TENANT_KEY) ? "quarkus.oidc." : "quarkus.oidc." + name + ".";
    }

    private static String address(OidcTenantConfig tenant) {
        return tenant.authServerUrl().orElse("with a fixed key");
    }

    /** Where their tokens come from and for whom they are, for people. */
    @Override
    public String toString() {
        return issuers.values().stream()
                .map(tenant -> address(tenant) + " for "
                        + String.join(" or ", tenant.token().audience().orElseThrow()))
                .collect(Collectors.joining(", "));
    }
}
