/** Downloads, without databases. */
@NullMarked
package dev.tidegate.download;

import org.jspecify.annotations.NullMarked;
