/** The embedded PostgreSQL, started, stopped and killed for real. */
@NullMarked
package dev.tidegate.ops.embedded;

import org.jspecify.annotations.NullMarked;
