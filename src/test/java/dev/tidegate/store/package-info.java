/** The ports that databases stand behind, on real PostgreSQL. */
@NullMarked
package dev.tidegate.store;

import org.jspecify.annotations.NullMarked;
