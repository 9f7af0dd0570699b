/** Work that waits for its turn. */
@NullMarked
package dev.tidegate.turns;

import org.jspecify.annotations.NullMarked;
