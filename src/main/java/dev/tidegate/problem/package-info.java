/** Every way the gateway says no, with its stable code. */
@NullMarked
package dev.tidegate.problem;

import org.jspecify.annotations.NullMarked;
