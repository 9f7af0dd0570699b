package dev.tidegate.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.Connectivity;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.edition.Edition;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.security.AuthenticationException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * The probe by which an app finds out, before it opens an online page, whether what that page needs can be reached. It
 * needs no caller, so that a device with an expired token is told that, and not that it is offline; which stores there are
 * is told to callers only. A {@code HEAD} says the essence in headers.
 */
@Path(ConnectivityResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
public final class ConnectivityResource {
    static final String PATH = "/v1/connectivity";

    private static final int MOST_ENTITIES = 500;
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    private final Callers callers;
    private final RequestEditions editions;
    private final CurrentVertxRequest current;

    ConnectivityResource(Callers callers, RequestEditions editions, CurrentVertxRequest current) {
        this.callers = callers;
        this.editions = editions;
        this.current = current;
    }

    /** The answer; what only a caller may know is absent without one. */
    public record Probe(
            boolean online,
            @Nullable String nonce,
            @Nullable Long retryAfterSeconds,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String caller,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Store> stores,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> unavailableEntities) {

        /**
         * What is believed about a store: {@code up}, {@code suspect} or {@code down}; and what calls to it meet: a circuit that
         * is {@code closed}, {@code open} or {@code half-open}.
         */
        public record Store(String state, String circuit) {}
    }

    private record Question(Connectivity.Answer answer, Optional<String> nonce) {}

    private enum Asking {
        NOBODY,
        KNOWN,
        EXPIRED
    }

    @GET
    public Uni<RestResponse<Probe>> probe() {
        RoutingContext context = current.getCurrent();
        Question question = question(
                editions.of(context), QueryString.parse(context.request().query()));
        return callers.optional(context)
                .map(caller -> caller.isPresent() ? Asking.KNOWN : Asking.NOBODY)
                .onFailure(failure -> failure instanceof AuthenticationException)
                .recoverWithItem(Asking.EXPIRED)
                .map(asking -> answer(question, asking));
    }

    private static Question question(Edition edition, QueryString query) {
        Optional<String> profileName = query.text("profile");
        Optional<List<String>> names = query.list("entities");
        Optional<String> nonce = query.text("nonce");
        if (nonce.isPresent() && !NONCE.matcher(nonce.get()).matches()) {
            query.violations()
                    .in("nonce", ProblemCode.MALFORMED_REQUEST, "'nonce' has to be 1 to 128 of A-Z a-z 0-9 . _ ~ -");
        }
        query.finish();
        Optional<Profile> profile = profileName.map(name -> profile(edition.model(), name));
        Optional<List<EntityName>> entities =
                names.filter(list -> !list.isEmpty()).map(list -> entities(edition.model(), list));
        Connectivity connectivity = edition.connectivity();
        return new Question(
                entities.map(connectivity::of)
                        .or(() -> profile.map(connectivity::ofProfile))
                        .orElseGet(connectivity::ofAll),
                nonce);
    }

    private static RestResponse<Probe> answer(Question question, Asking asking) {
        Connectivity.Answer answer = question.answer();
        Long seconds = answer.retryAfter().map(ConnectivityResource::seconds).orElse(null);
        String nonce = question.nonce().orElse(null);
        Probe probe = switch (asking) {
            case NOBODY -> new Probe(answer.online(), nonce, seconds, null, null, null);
            case EXPIRED -> new Probe(answer.online(), nonce, seconds, "expired", null, null);
            case KNOWN ->
                new Probe(answer.online(), nonce, seconds, "ok", stores(answer.stores()), names(answer.unavailable()));
        };
        RestResponse.ResponseBuilder<Probe> response = RestResponse.ResponseBuilder.ok(probe)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Tidegate-Online", answer.online());
        question.nonce().ifPresent(it -> response.header("Tidegate-Nonce", it));
        return response.build();
    }

    private static Profile profile(Model model, String name) {
        Profile profile = model.profiles().get(new ProfileName(name));
        if (profile == null) {
            throw Refusal.of(ProblemCode.UNKNOWN_PROFILE, "There is no profile '" + Texts.shorten(name) + "'.");
        }
        return profile;
    }

    private static List<EntityName> entities(Model model, List<String> names) {
        if (names.size() > MOST_ENTITIES) {
            throw Refusal.of(ProblemCode.LIMIT_EXCEEDED, "At most " + MOST_ENTITIES + " entities can be asked about.");
        }
        Violations unknown = new Violations();
        List<EntityName> known = new ArrayList<>();
        for (String name : names) {
            Optional<EntityName> entity = model.entityNamed(name);
            entity.ifPresentOrElse(
                    known::add,
                    () -> unknown.in(
                            "entities",
                            ProblemCode.UNKNOWN_ENTITY,
                            "There is no entity '" + Texts.shorten(name) + "'. Names are Module.Entity."));
        }
        unknown.refuseIfAny();
        return known.stream().distinct().toList();
    }

    private static Map<String, Probe.Store> stores(Map<StoreName, Connectivity.Believed> believed) {
        Map<String, Probe.Store> stores = new TreeMap<>();
        believed.forEach((store, belief) ->
                stores.put(store.value(), new Probe.Store(said(belief.state()), said(belief.circuit()))));
        return stores;
    }

    private static String said(StoreState state) {
        return switch (state) {
            case UNPROBED, UP -> "up";
            case SUSPECT -> "suspect";
            case DOWN -> "down";
        };
    }

    private static String said(Circuit circuit) {
        return switch (circuit) {
            case CLOSED -> "closed";
            case OPEN -> "open";
            case HALF_OPEN -> "half-open";
        };
    }

    private static List<String> names(List<EntityName> entities) {
        return entities.stream().map(EntityName::toString).toList();
    }

    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
