package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import java.util.Set;

/** Who is told hints. Called by any thread; returns at once. */
public interface Ear {

    /** A pull would bring something of these entities; of none in particular when there are none. */
    void hint(Set<EntityName> entities);

    /** There will be no more hints, since this replica stops. */
    void end();
}
