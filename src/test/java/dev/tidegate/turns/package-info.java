@NullMarked
package dev.tidegate.turns;

import org.jspecify.annotations.NullMarked;
