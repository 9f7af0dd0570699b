package dev.tidegate.api;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What an identity provider does when people leave or change: their credentials are worth nothing any more, or something else. */
@Singleton
class WithdrawnCallers implements SecurityIdentityAugmentor {
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> roles = new ConcurrentHashMap<>();

    void withdraw(String name) {
        gone.add(name);
    }

    void give(String name, String... others) {
        roles.put(name, Set.of(others));
    }

    void restore() {
        gone.clear();
        roles.clear();
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous()) {
            return Uni.createFrom().item(identity);
        }
        String name = identity.getPrincipal().getName();
        if (gone.contains(name)) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        Set<String> others = roles.get(name);
        return Uni.createFrom()
                .item(
                        others == null
                                ? identity
                                : QuarkusSecurityIdentity.builder()
                                        .setPrincipal(identity.getPrincipal())
                                        .addRoles(others)
                                        .build());
    }
}
