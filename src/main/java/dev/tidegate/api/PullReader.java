package dev.tidegate.api;

import dev.tidegate.download.PullRequest;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.problem.ProblemCode;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads what a client asks of a download, from a query string or a body. */
@Singleton
final class PullReader {
    /** Objects of a page, where the request does not say. */
    private static final int DEFAULT_LIMIT = 1_000;

    /** What is read at one moment of a store. */
    static final int LARGEST = 5_000;

    static final int MOST_ENTITIES = 1_000;

    /** What to download, and how much of it in a page. */
    record Asked(PullRequest request, int limit) {}

    Asked read(Call call) {
        QueryString query = call.query();
        Optional<ClientId> client = query.uuid("client").map(ClientId::new);
        Optional<String> since = query.text("since");
        Optional<List<String>> entities = query.list("entities");
        Optional<String> version = query.text("modelVersion");
        int limit = query.integer("limit", 1, LARGEST).orElse(DEFAULT_LIMIT);
        query.finish();
        return asked(call, client, since, entities, version, limit);
    }

    Asked read(BodyCall sent) {
        sent.call().query().finish();
        JsonObject body = sent.body();
        Optional<ClientId> client = body.optionalUuid("client").map(ClientId::new);
        Optional<String> since = body.optionalString("since");
        Optional<List<String>> entities = body.optionalStrings("entities", MOST_ENTITIES);
        Optional<String> version = body.optionalString("modelVersion");
        int limit = body.integer("limit", DEFAULT_LIMIT, 1, LARGEST);
        body.finish();
        return asked(sent.call(), client, since, entities, version, limit);
    }

    private Asked asked(
            Call call,
            Optional<ClientId> client,
            Optional<String> since,
            Optional<List<String>> entities,
            Optional<String> version,
            int limit) {
        call.requireOffline();
        return new Asked(request(call, client, since, entities, version), limit);
    }

    /** In an offline profile. */
    PullRequest request(
            Call call,
            Optional<ClientId> client,
            Optional<String> since,
            Optional<List<String>> entities,
            Optional<String> version) {
        return new PullRequest(
                call.profile(),
                call.caller(),
                client,
                since,
                entities.map(names -> entities(call, names, version)),
                version);
    }

    private Set<EntityName> entities(Call call, List<String> names, Optional<String> version) {
        Set<EntityName> entities = new LinkedHashSet<>();
        Violations violations = new Violations();
        for (String name : names) {
            onDevices(call, name, version, (code, detail) -> violations.in("entities", code, detail))
                    .ifPresent(entities::add);
        }
        violations.refuseIfAny();
        return entities;
    }

    /** An entity that can be downloaded; of any other it is told why. */
    Optional<EntityName> onDevices(
            Call call, String name, Optional<String> version, BiConsumer<ProblemCode, String> why) {
        Optional<EntityName> entity = call.edition().model().entityNamed(name);
        if (entity.isEmpty()) {
            why.accept(ProblemCode.UNKNOWN_ENTITY, "There is no entity '" + Texts.shorten(name) + "'.");
            return entity;
        }
        if (call.profile().forClients(isCurrent(call, version)).modeClass(entity.get()) != ModeClass.OFFLINE) {
            why.accept(
                    ProblemCode.NOT_IN_PROFILE,
                    "'" + name + "' is not on the devices of profile '"
                            + call.profile().name() + "', so there is nothing to download of it.");
            return Optional.empty();
        }
        return entity;
    }

    /** Whether that is the version of the model that serves the call. */
    static boolean isCurrent(Call call, Optional<String> version) {
        return version.filter(call.edition().version()::equals).isPresent();
    }
}
