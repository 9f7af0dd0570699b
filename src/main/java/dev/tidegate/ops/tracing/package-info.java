/** Spans of what is followed, by OpenTelemetry, which nobody else knows. */
@NullMarked
package dev.tidegate.ops.tracing;

import org.jspecify.annotations.NullMarked;
