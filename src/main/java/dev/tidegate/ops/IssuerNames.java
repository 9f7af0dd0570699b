package dev.tidegate.ops;

import io.quarkus.oidc.runtime.OidcConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The name of a caller whom a token names. Batches, files and receipts belong to it, so it has to be one person's: it is the
 * configured claim and never another one in its place, and what a further identity provider names is its own, as {@code
 * provider/name}, unless the configuration says that all of them name the same people alike.
 */
@Singleton
final class IssuerNames implements SecurityIdentityAugmentor {
    /** As OpenID Connect has it for {@code sub}. */
    private static final int LONGEST = 255;

    /** A token whose bearer is known to the gateway by that name. */
    private record Named(String name, JsonWebToken token) implements JsonWebToken {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public Set<String> getClaimNames() {
            return token.getClaimNames();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the interface's own shape
        public <T> T getClaim(String claim) {
            return token.getClaim(claim);
        }
    }

    private final Map<String, OidcTenantConfig> issuers;
    private final boolean shared;

    IssuerNames(OidcConfig oidc, TidegateConfig config) {
        this.issuers = oidc.namedTenants();
        this.shared = config.identity().sharedNames();
    }

    /** Before everybody else who looks at the name. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return identity.getPrincipal() instanceof JsonWebToken token
                ? Uni.createFrom().item(() -> named(identity, token))
                : Uni.createFrom().item(identity);
    }

    private SecurityIdentity named(SecurityIdentity identity, JsonWebToken token) {
        String issuer = Optional.<String>ofNullable(identity.getAttribute(OidcUtils.TENANT_ID_ATTRIBUTE))
                .orElse(OidcUtils.DEFAULT_TENANT_ID);
        String name = name(token, claim(issuer));
        boolean plain = shared || issuer.equals(OidcUtils.DEFAULT_TENANT_ID);
        return QuarkusSecurityIdentity.builder(identity)
                .setPrincipal(new Named(plain ? name : issuer + "/" + name, token))
                .build();
    }

    private String claim(String issuer) {
        String key = issuer.equals(OidcUtils.DEFAULT_TENANT_ID) ? OidcConfig.DEFAULT_TENANT_KEY : issuer;
        return Optional.ofNullable(issuers.get(key))
                .flatMap(tenant -> tenant.token().principalClaim())
                .orElse("sub");
    }

    private static String name(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        if (value instanceof String name
                && !name.isBlank()
                && name.length() <= LONGEST
                && name.codePoints().noneMatch(Character::isISOControl)) {
            return name;
        }
        throw new AuthenticationFailedException("the token has no usable name of its caller in '" + claim + "'");
    }
}
