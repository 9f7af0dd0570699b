/** The only room that talks to databases: it implements the ports that the flows own. */
@NullMarked
package dev.tidegate.store;

import org.jspecify.annotations.NullMarked;
