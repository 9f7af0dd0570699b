package dev.tidegate.api;

import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.Refusal;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is calling. Of the roles that an identity has only those that the model knows become the caller's, so that what an
 * identity provider adds does not multiply plans.
 */
@Singleton
final class Callers {
    private static final String OPERATOR = "operator";
    private static final String KNOWN = Callers.class.getName();

    private final IdentityProviderManager identities;
    private final SeenCredentials seen;
    private final Set<RoleName> known;

    Callers(IdentityProviderManager identities, SeenCredentials seen, Model model) {
        this.identities = identities;
        this.seen = seen;
        this.known = rolesOf(model);
    }

    /** The caller; without one the call is refused as {@code unauthenticated}. */
    Uni<Signed> required(RoutingContext context) {
        return optional(context).map(caller -> caller.orElseThrow(() -> new Refusal(Faults.unauthenticated())));
    }

    /** Whether the caller is known without asking the platform; what is found here is found again later. */
    boolean isKnown(RoutingContext context) {
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        Optional<Signed> known = authorization == null ? Optional.empty() : seen.find(seen.key(authorization));
        known.ifPresent(signed -> context.put(KNOWN, signed));
        return known.isPresent();
    }

    /** The caller, or nobody when no credentials were sent; wrong ones fail. */
    Uni<Optional<Signed>> optional(RoutingContext context) {
        return context.get(KNOWN) instanceof Signed signed
                ? Uni.createFrom().item(Optional.of(signed))
                : asked(context);
    }

    private Uni<Optional<Signed>> asked(RoutingContext context) {
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            return judged(context);
        }
        String key = seen.key(authorization);
        Optional<Signed> known = seen.find(key);
        return known.isPresent()
                ? Uni.createFrom().item(known)
                : judged(context).invoke(caller -> caller.ifPresent(signed -> seen.keep(key, signed)));
    }

    private Uni<Optional<Signed>> judged(RoutingContext context) {
        return QuarkusHttpUser.getSecurityIdentity(context, identities).map(this::signed);
    }

    private Optional<Signed> signed(SecurityIdentity identity) {
        if (identity.isAnonymous()) {
            return Optional.empty();
        }
        Set<RoleName> roles = identity.getRoles().stream()
                .map(RoleName::new)
                .filter(known::contains)
                .collect(Collectors.toSet());
        return Optional.of(
                new Signed(new Caller(identity.getPrincipal().getName(), roles), identity.hasRole(OPERATOR)));
    }

    private static Set<RoleName> rolesOf(Model model) {
        Set<RoleName> roles = new HashSet<>();
        model.accessRules().forEach(rule -> roles.addAll(rule.roles()));
        model.profiles().values().forEach(profile -> profile.roles().ifPresent(roles::addAll));
        return Set.copyOf(roles);
    }
}
