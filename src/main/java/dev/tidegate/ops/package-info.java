/** Configuration, wiring, embedded PostgreSQL, health, metrics, the ticker. */
@NullMarked
package dev.tidegate.ops;

import org.jspecify.annotations.NullMarked;
