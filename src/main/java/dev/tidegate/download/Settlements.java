package dev.tidegate.download;

import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a look at the settled batches has found. */
public sealed interface Settlements {

    /** It is not known what has been settled since: as {@link ChangeWatch#look} tells of everything. */
    record Unknown() implements Settlements {}

    /** The clients of which a batch was settled, with the entities that these batches are about. */
    record Of(Map<ClientKey, Set<EntityName>> clients) implements Settlements {
        public Of {
            Map<ClientKey, Set<EntityName>> copy = new LinkedHashMap<>();
            clients.forEach((client, entities) -> copy.put(client, Set.copyOf(entities)));
            clients = Map.copyOf(copy);
        }
    }

    static Settlements none() {
        return new Of(Map.of());
    }
}
