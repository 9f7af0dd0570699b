package dev.tidegate.download;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for: what has changed since a cursor, or everything.
 *
 * @param client whose receipts are wanted
 * @param entities which of the profile's; all of them when absent
 * @param modelVersion that the client works with
 */
public record PullRequest(
        Profile profile,
        Caller caller,
        Optional<ClientId> client,
        Optional<String> since,
        Optional<Set<EntityName>> entities,
        Optional<String> modelVersion) {
    public PullRequest {
        entities = entities.map(Set::copyOf);
    }
}
