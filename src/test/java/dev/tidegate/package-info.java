/** Tests that look at the gateway as a whole. */
@NullMarked
package dev.tidegate;

import org.jspecify.annotations.NullMarked;
