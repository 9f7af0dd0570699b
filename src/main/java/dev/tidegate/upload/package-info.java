/** An offline batch: taken in once, applied later, never lost. */
@NullMarked
package dev.tidegate.upload;

import org.jspecify.annotations.NullMarked;
