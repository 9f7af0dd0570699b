/** Tests of the HTTP edge: over real HTTP where it is about HTTP, without it where it is about reading. */
@NullMarked
package dev.tidegate.api;

import org.jspecify.annotations.NullMarked;
