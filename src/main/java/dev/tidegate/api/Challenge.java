package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import io.quarkus.oidc.runtime.OidcConfig;
import jakarta.inject.Singleton;

/** What a client that is not known is told of how to say who it is: the header {@code WWW-Authenticate} of a 401. */
@Singleton
final class Challenge {
    private static final String REALM = " realm=\"tidegate\"";

    private final String text;

    Challenge(OidcConfig oidc) {
        boolean tokens = oidc.namedTenants().values().stream()
                .anyMatch(tenant -> tenant.tenantEnabled()
                        && (tenant.authServerUrl().isPresent()
                                || tenant.publicKey().isPresent()));
        this.text = (tokens ? "Bearer" : "Basic") + REALM;
    }

    boolean belongsTo(ProblemCode code) {
        return code == ProblemCode.UNAUTHENTICATED;
    }

    @Override
    public String toString() {
        return text;
    }
}
