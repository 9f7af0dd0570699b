@NullMarked
package dev.tidegate.ops;

import org.jspecify.annotations.NullMarked;
