package dev.tidegate.api;

import dev.tidegate.download.PullRequest;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a client asks of a download, from a query string or a body. */
@Singleton
final class PullReader {
    /** Objects of a page, where the request does not say. */
    private static final int DEFAULT_LIMIT = 1_000;

    /** What is read at one moment of a store. */
    static final int LARGEST = 5_000;

    private static final int MOST_ENTITIES = 1_000;

    private final Model model;

    PullReader(Model model) {
        this.model = model;
    }

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
        BatchesResource.requireOffline(call);
        return new Asked(
                new PullRequest(
                        call.profile(),
                        call.caller(),
                        client,
                        since,
                        entities.map(names -> entities(call, names)),
                        version),
                limit);
    }

    private Set<EntityName> entities(Call call, List<String> names) {
        Set<EntityName> entities = new LinkedHashSet<>();
        List<Violation> violations = new ArrayList<>();
        for (String name : names) {
            Optional<EntityName> entity = model.entityNamed(name);
            if (entity.isEmpty()) {
                violations.add(Violation.in(
                        "entities",
                        0,
                        ProblemCode.UNKNOWN_ENTITY,
                        "There is no entity '" + Texts.shorten(name) + "'."));
            } else if (call.profile().modeClass(entity.get()) != ModeClass.OFFLINE) {
                violations.add(Violation.in(
                        "entities",
                        0,
                        ProblemCode.NOT_IN_PROFILE,
                        "'" + name + "' is not on the devices of profile '"
                                + call.profile().name() + "', so there is nothing to download of it."));
            } else {
                entities.add(entity.get());
            }
        }
        if (!violations.isEmpty()) {
            throw Refusal.of(violations);
        }
        return entities;
    }
}
