package dev.tidegate.upload;

import java.time.Instant;
import java.util.Optional;

/** Which audit entries are meant; {@code since} inclusive, {@code until} exclusive. */
public record AuditFilter(Optional<String> actor, Optional<Instant> since, Optional<Instant> until) {}
