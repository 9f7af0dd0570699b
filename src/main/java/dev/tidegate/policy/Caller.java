package dev.tidegate.policy;

import dev.tidegate.model.RoleName;
import dev.tidegate.xpath.Situation;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * Who asks: the principal's name, the model roles held, and the time zone of the session. Kept with a batch, so that it is
 * judged as who sent it.
 */
public record Caller(String name, Set<RoleName> roles, ZoneId zone) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** A caller whose session says nothing of a time zone. */
    public Caller(String name, Set<RoleName> roles) {
        this(name, roles, ZoneOffset.UTC);
    }

    public Caller in(ZoneId zone) {
        return new Caller(name, roles, zone);
    }

    /** What constraints see when the caller's request is worked on at that moment. */
    public Situation at(Instant now) {
        return new Situation(name, now, zone);
    }
}
