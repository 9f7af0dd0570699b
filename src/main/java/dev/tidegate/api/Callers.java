package dev.tidegate.api;

import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.Refusal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Who is calling. Of the roles that an identity has only those that the model knows become the caller's, so that what an
 * identity provider adds does not multiply plans. So a caller is one of a model: with another one he is judged anew.
 */
@Singleton
final class Callers {
    private static final String OPERATOR = "operator";
    private static final String KNOWN = Callers.class.getName();
    private static final String BEARER = "Bearer ";

    /** RFC 7515, 3.1: three parts in base64url, and a signature in the last one. */
    private static final Pattern JWT = Pattern.compile(" *[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+ *");

    private final IdentityProviderManager identities;
    private final HttpAuthenticator authenticator;
    private final SeenCredentials seen;
    private final Admission admission;
    private final RequestEditions editions;

    Callers(
            IdentityProviderManager identities,
            HttpAuthenticator authenticator,
            SeenCredentials seen,
            Admission admission,
            RequestEditions editions) {
        this.identities = identities;
        this.authenticator = authenticator;
        this.seen = seen;
        this.admission = admission;
        this.editions = editions;
    }

    /** The caller; without one the call is refused as {@code unauthenticated}, and as {@code rate-limited} if he calls too often. */
    Uni<Signed> required(RoutingContext context) {
        return optional(context)
                .map(caller -> caller.orElseThrow(() -> new Refusal(Faults.unauthenticated())))
                .invoke(caller -> admission.requireRate(caller, context));
    }

    /** Whether the caller is known without asking the platform; what is found here is found again later. */
    boolean isKnown(RoutingContext context) {
        return known(context).isPresent();
    }

    /** The caller, or nobody when no credentials were sent; wrong ones fail. */
    Uni<Optional<Signed>> optional(RoutingContext context) {
        Optional<Signed> known = known(context);
        return known.isPresent()
                ? Uni.createFrom().item(known)
                : judged(context).invoke(caller -> caller.ifPresent(signed -> keep(context, signed)));
    }

    /** The caller of a request that was let in, judged anew, unless that was a moment ago: nobody, or a failure, when it would not be now. */
    Uni<Optional<Signed>> again(RoutingContext context) {
        Optional<Signed> seenNow = key(context).flatMap(seen::find);
        return seenNow.isPresent()
                ? Uni.createFrom().item(seenNow)
                : authenticator
                        .attemptAuthentication(context)
                        .map(identity -> Optional.ofNullable(identity).flatMap(known -> signed(known, context)))
                        .invoke(caller -> caller.ifPresent(signed -> keep(context, signed)));
    }

    private Optional<Signed> known(RoutingContext context) {
        if (context.get(KNOWN) instanceof Signed signed) {
            return Optional.of(signed);
        }
        Optional<Signed> known = key(context).flatMap(seen::find);
        known.ifPresent(signed -> context.put(KNOWN, signed));
        return known;
    }

    private void keep(RoutingContext context, Signed caller) {
        key(context).ifPresent(key -> seen.keep(key, caller));
    }

    private Optional<String> key(RoutingContext context) {
        return Optional.ofNullable(context.request().getHeader(HttpHeaders.AUTHORIZATION))
                .map(header -> seen.key(header, editions.of(context).version()));
    }

    private Uni<Optional<Signed>> judged(RoutingContext context) {
        return hasNoToken(context)
                ? Uni.createFrom().failure(new AuthenticationFailedException("what was sent as a token is none"))
                : QuarkusHttpUser.getSecurityIdentity(context, identities).map(identity -> signed(identity, context));
    }

    /** Whether something is sent as a bearer's token that is no JWT at all: Quarkus fails on some of these. */
    private static boolean hasNoToken(RoutingContext context) {
        String sent = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        return sent != null
                && sent.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && !JWT.matcher(sent).region(BEARER.length(), sent.length()).matches();
    }

    private Optional<Signed> signed(SecurityIdentity identity, RoutingContext context) {
        if (identity.isAnonymous()) {
            return Optional.empty();
        }
        Set<RoleName> known = editions.of(context).model().roles();
        Set<RoleName> roles = identity.getRoles().stream()
                .map(RoleName::new)
                .filter(known::contains)
                .collect(Collectors.toSet());
        return Optional.of(new Signed(
                new Caller(identity.getPrincipal().getName(), roles), identity.hasRole(OPERATOR), until(identity)));
    }

    private static Instant until(SecurityIdentity identity) {
        return identity.getPrincipal() instanceof JsonWebToken token
                ? Instant.ofEpochSecond(token.getExpirationTime())
                : Instant.MAX;
    }
}
