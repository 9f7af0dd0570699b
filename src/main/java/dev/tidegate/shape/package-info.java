/** An object as one caller may see it: which columns a row of it has, and which of its members they show. */
@NullMarked
package dev.tidegate.shape;

import org.jspecify.annotations.NullMarked;
