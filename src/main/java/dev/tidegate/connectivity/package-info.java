/** What is believed about each data store right now. */
@NullMarked
package dev.tidegate.connectivity;

import org.jspecify.annotations.NullMarked;
