/** HTTP in, HTTP out, problem+json; no decisions. */
@NullMarked
package dev.tidegate.api;

import org.jspecify.annotations.NullMarked;
