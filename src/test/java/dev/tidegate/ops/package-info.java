/** The gateway as operators meet it: configuration, health, measures, manifests. */
@NullMarked
package dev.tidegate.ops;

import org.jspecify.annotations.NullMarked;
