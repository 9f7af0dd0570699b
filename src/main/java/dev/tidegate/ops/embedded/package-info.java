/** A real PostgreSQL in a local folder, for running the gateway with nothing else at hand. */
@NullMarked
package dev.tidegate.ops.embedded;

import org.jspecify.annotations.NullMarked;
