/** Tokens that nobody but this gateway can make, and that open for nothing but what they were made for. */
@NullMarked
package dev.tidegate.seal;

import org.jspecify.annotations.NullMarked;
