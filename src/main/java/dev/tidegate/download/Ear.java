package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation.ListeningEnd;
import java.util.Set;

/** Who is told hints. Called by any thread; returns at once. */
public interface Ear {

    /** A pull would bring something of these entities; of none in particular when there are none. */
    void hint(Set<EntityName> entities);

    /** There will be no more hints: this replica stops, or serves another model from now on. May come twice. */
    void end(ListeningEnd how);
}
