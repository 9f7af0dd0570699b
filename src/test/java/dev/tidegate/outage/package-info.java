/** Tests that kill, cut and stall what the packaged gateway stands on, and see whether its promises hold. */
@NullMarked
package dev.tidegate.outage;

import org.jspecify.annotations.NullMarked;
