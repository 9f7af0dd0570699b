/** A live read or write, start to end. */
@NullMarked
package dev.tidegate.read;

import org.jspecify.annotations.NullMarked;
