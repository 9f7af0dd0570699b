package dev.tidegate.ops;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Set;

/** Tells by name and password who a caller is, from the {@link UserBook}. */
@Singleton
final class ConfiguredUsers implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
    private final UserBook users;

    ConfiguredUsers(UserBook users) {
        this.users = users;
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        return users.roles(request.getUsername(), request.getPassword().getPassword())
                .map(roles -> Uni.createFrom().item(identity(request.getUsername(), roles)))
                .orElseGet(() -> Uni.createFrom()
                        .failure(new AuthenticationFailedException("no such user, or another password")));
    }

    private static SecurityIdentity identity(String name, Set<String> roles) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(roles)
                .build();
    }
}
