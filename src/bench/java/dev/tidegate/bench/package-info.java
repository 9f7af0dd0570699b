/** How fast the gateway is beside code written by hand for the one question; run by {@code ./mvnw -Pbench}. */
@NullMarked
package dev.tidegate.bench;

import org.jspecify.annotations.NullMarked;
