@NullMarked
package dev.tidegate.edition;

import org.jspecify.annotations.NullMarked;
