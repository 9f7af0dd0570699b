/** Beliefs about stores, with a clock and a network of the test's own. */
@NullMarked
package dev.tidegate.connectivity;

import org.jspecify.annotations.NullMarked;
