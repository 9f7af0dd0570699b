/** What is worth noticing, as data; who watches is not its concern. */
@NullMarked
package dev.tidegate.observation;

import org.jspecify.annotations.NullMarked;
