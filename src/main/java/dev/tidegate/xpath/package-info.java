/** Constraint text becomes a checked tree, and nothing else happens. */
@NullMarked
package dev.tidegate.xpath;

import org.jspecify.annotations.NullMarked;
