package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.upload.ApplyUnit;
import java.util.Optional;

/** An operation that was judged fine, on the version {@code before} of its object. */
record Fine(ApplyUnit.Single unit, Change change, Optional<String> before) {}
