/** One model in service: everything that serves by it, which one that is now, and how the next one takes its place. */
@NullMarked
package dev.tidegate.edition;

import org.jspecify.annotations.NullMarked;
